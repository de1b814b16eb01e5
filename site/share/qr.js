// A QR code as an element: one path, drawn by the program and sharp at any size.

import { call } from "./api.js";

const SVG = "http://www.w3.org/2000/svg";

export async function qrCode(via) {
  const { size, path } = await call("GET", `/qr?via=${via}`);
  const drawing = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": "QR code of your link", class: "qr", "shape-rendering": "crispEdges" };
  for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, value);
  drawing.append(shape("rect", { width: size, height: size, fill: "#fff" }), shape("path", { d: path, fill: "#000" }));
  return drawing;
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// The code as a file, for a newsletter or a sign.
export function save(drawing) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" }));
  link.download = "my-link.svg";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
