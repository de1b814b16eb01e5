// Ways to reach somebody, to be tapped.

import { h } from "./dom.js";
import { phone } from "./words.js";

export const phoneLink = (number) => number && h("a", { href: `tel:${number}` }, phone(number));
export const mailLink = (email) => email && h("a", { href: `mailto:${email}` }, email);
export const both = (person) => [phoneLink(person.phone), " ", mailLink(person.email)];
