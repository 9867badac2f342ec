/* Offers the browser's own time zone where none is chosen yet, in a choice or with a link; the server checks it. */

import { findAllTags } from "./dom.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of findAllTags("select", "[data-time-zone]")) {
  const isOffered = [...select.options].some((option) => option.value === zone);
  if (!select.value && isOffered) select.value = zone;
}

for (const link of findAllTags("a", "[data-time-zone]")) {
  const address = new URL(link.href);
  address.searchParams.set("zone", zone);
  link.href = address.href;
}
