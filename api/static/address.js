/** What the page's address says: the filters, and the place in an article that is open. */

const PLACE = ["article", "version", "start", "end"];

/** @returns {{sources: string[], from: ?string, to: ?string}} */
export function readFilters(search = location.search) {
  const parameters = new URLSearchParams(search);
  return {
    sources: parameters.getAll("source").filter(Boolean),
    from: day(parameters.get("from")),
    to: day(parameters.get("to")),
  };
}

/** @returns {?{articleId: string, version: ?string, start: ?number, end: ?number}} */
export function readPlace(search = location.search) {
  const parameters = new URLSearchParams(search);
  const articleId = parameters.get("article");
  if (!articleId) return null;
  const start = offset(parameters.get("start"));
  const end = offset(parameters.get("end"));
  const whole = start !== null && end !== null && start < end;
  return {
    articleId,
    version: parameters.get("version"),
    start: whole ? start : null,
    end: whole ? end : null,
  };
}

/** A link that reopens exactly this place, without the filters of the moment. */
export function placeLink({ articleId, version, start, end }) {
  return `/?${placeParameters(new URLSearchParams(), { articleId, version, start, end })}`;
}

export function writeFilters({ sources, from, to }) {
  const parameters = new URLSearchParams(location.search);
  for (const name of ["source", "from", "to"]) parameters.delete(name);
  for (const source of sources) parameters.append("source", source);
  if (from) parameters.set("from", from);
  if (to) parameters.set("to", to);
  history.replaceState(history.state, "", address(parameters));
}

/** Makes the place part of the address; the first one adds a step that Back undoes. */
export function writePlace(place) {
  const parameters = placeParameters(new URLSearchParams(location.search), place);
  if (readPlace()) history.replaceState(history.state, "", address(parameters));
  else history.pushState({ entered: true }, "", address(parameters));
}

/** Takes the place out of the address. */
export function leavePlace() {
  if (!readPlace()) return;
  if (history.state?.entered) history.back();
  else {
    const parameters = new URLSearchParams(location.search);
    for (const name of PLACE) parameters.delete(name);
    history.replaceState(null, "", address(parameters));
  }
}

function placeParameters(parameters, { articleId, version, start, end }) {
  for (const name of PLACE) parameters.delete(name);
  parameters.set("article", articleId);
  if (version) parameters.set("version", version);
  if (start !== null && start !== undefined) {
    parameters.set("start", start);
    parameters.set("end", end);
  }
  return parameters;
}

function address(parameters) {
  const search = parameters.toString();
  return search ? `/?${search}` : "/";
}

function day(text) {
  return /^\d{4}-\d{2}-\d{2}$/.test(text ?? "") ? text : null;
}

function offset(text) {
  return /^\d{1,9}$/.test(text ?? "") ? Number(text) : null;
}
