/** Filters as a phrase, and as the service takes them. */

import { shortDate } from "./words.js";

export function describeFilters({ sources, from, to }) {
  return [sources.join(", "), describeDates(from, to)].filter(Boolean).join(" · ");
}

export function describeDates(from, to) {
  if (from && to) return `${shortDate(from)} to ${shortDate(to)}`;
  if (from) return `since ${shortDate(from)}`;
  if (to) return `until ${shortDate(to)}`;
  return "";
}

export function toWire({ sources, from, to }) {
  return {
    ...(sources.length && { sources }),
    ...(from && { published_from: from }),
    ...(to && { published_to: to }),
  };
}
