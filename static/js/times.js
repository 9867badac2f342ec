/* Rewrites every <time datetime="…" data-local="time|datetime|date|day"> into the viewer's own zone and language. */

import { findAllTags } from "./dom.js";

/** @typedef {"time" | "second" | "date" | "day" | "datetime"} Format */

/** @type {Record<Format, Intl.DateTimeFormatOptions>} */
const FORMATS = {
  time: { timeStyle: "short" }, // as in datetime
  second: { timeStyle: "medium" },
  date: { dateStyle: "medium" },
  day: { dateStyle: "medium", timeZone: "UTC" }, // a day without an hour is the same everywhere
  datetime: { dateStyle: "medium", timeStyle: "short" },
};

/** The viewer's own variant of the page's language, so that British and American readers get their clocks. */
const LOCALE =
  navigator.languages.find((language) => language.startsWith(document.documentElement.lang)) ??
  document.documentElement.lang;

/**
 * @param {string | Date} moment
 * @param {Format} format
 * @returns {string}
 */
export function localTime(moment, format = "time") {
  return new Intl.DateTimeFormat(LOCALE, FORMATS[format]).format(new Date(moment));
}

/**
 * Milliseconds of lesson time that the teacher's break still lasts; none or less: there is no break.
 * @param {import("./wire.js").LessonInfo} lesson
 * @param {number} [since]  milliseconds of real time since it was told
 */
export function breakLeft(lesson, since = 0) {
  if (!lesson.break_ends_at || !lesson.open) return 0;
  return Date.parse(lesson.break_ends_at) - Date.parse(lesson.now) - since * lesson.pace;
}

/**
 * Minutes and seconds, with hours once there are any: 4:05, 1:02:03.
 * @param {number} milliseconds
 * @returns {string}
 */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  if (hours) parts.unshift(hours);
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

/** @param {ParentNode} root */
export function localiseTimes(root = document) {
  for (const element of findAllTags("time", "[data-local]", root)) {
    element.textContent = localTime(element.dateTime, /** @type {Format} */ (element.dataset.local));
    if (element.dataset.local !== "day") element.title = localTime(element.dateTime, "datetime");
  }
}

localiseTimes();
