/** How dates, counts, confidence and stages are said. */

const LONG = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const NUMBER = new Intl.NumberFormat("en-GB");

export function longDate(day) {
  return day ? LONG.format(new Date(day)) : "No date";
}

export function shortDate(day) {
  return day ? SHORT.format(new Date(day)) : "No date";
}

export function count(number, one, many = `${one}s`) {
  return `${NUMBER.format(number)} ${number === 1 ? one : many}`;
}

/** A calibrated probability in plain words. */
export function sureness(confidence) {
  if (confidence >= 0.9) return "Very sure";
  if (confidence >= 0.7) return "Fairly sure";
  if (confidence >= 0.4) return "Not quite sure";
  return "Unsure";
}

export function percent(confidence) {
  return `${Math.round(confidence * 100)} in 100`;
}

export const STAGES = [
  { name: "retrieve", doing: "Searching" },
  { name: "read", doing: "Reading" },
  { name: "assemble", doing: "Putting the answer together" },
];

const WHY_NOT = {
  retrieve: "No passage comes near the question.",
  read: "Passages were found and read, but none of them answers the question.",
};

/** Why there is no answer: the service's own words, or what its stage means. */
export function whyNot(reason) {
  return reason?.detail || WHY_NOT[reason?.stage] || "No answer could be found that would hold.";
}

export function hostOf(url) {
  return url.hostname.replace(/^www\./, "");
}

/** The address as a web link, or null when it is anything else (`javascript:`, a broken one). */
export function webLink(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}
