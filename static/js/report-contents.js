/* Marks in the contents beside the report which part is being read. The links need no script. */

import { find, findAllTags } from "./dom.js";

const UPPER_THIRD = "0px 0px -67% 0px";

/** @type {Map<Element, HTMLAnchorElement>} */
const linkOf = new Map();
for (const link of findAllTags("a", '[href^="#"]', find(".contents-beside"))) {
  const part = find(link.hash).closest("section");
  if (part) linkOf.set(part, link);
}
const parts = [...linkOf.keys()];
/** @type {Set<Element>} */
const inUpperThird = new Set();
let isAtEnd = false;
let current = parts[0];

/** Between two parts the one before stays marked, above all of them the first. */
function mark() {
  const found = isAtEnd ? lastOrAskedFor() : parts.find((part) => inUpperThird.has(part));
  current = found ?? current;
  for (const [part, link] of linkOf) {
    if (part === current) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

/** At the end of the page the last parts are too short to reach the top. */
function lastOrAskedFor() {
  const asked = parts.find((part) => linkOf.get(part)?.hash === location.hash);
  return asked && asked.getBoundingClientRect().top >= 0 ? asked : parts.at(-1);
}

const reading = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) inUpperThird.add(target);
      else inUpperThird.delete(target);
    }
    mark();
  },
  { rootMargin: UPPER_THIRD },
);
for (const part of parts) reading.observe(part);

new IntersectionObserver((changes) => {
  isAtEnd = changes.at(-1)?.isIntersecting ?? false;
  mark();
}).observe(find(".report-parts > :last-child > :last-child"));

addEventListener("hashchange", mark);
