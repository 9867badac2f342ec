/* Offers the browser's own time zone where none is chosen yet; the server checks what comes of it. */

import { findAllTags } from "./dom.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of findAllTags("select", "[data-time-zone]")) {
  const isOffered = [...select.options].some((option) => option.value === zone);
  if (!select.value && isOffered) select.value = zone;
}
