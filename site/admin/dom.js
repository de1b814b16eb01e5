// The console makes its elements as every page does.

export * from "/modules/dom.js";
