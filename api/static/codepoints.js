/**
 * The service counts Unicode code points; a string here counts UTF-16 units, of which an emoji
 * takes two.
 */

/**
 * Where code point number `offset` of `text` begins, in UTF-16 units.
 *
 * @throws {RangeError} the text has fewer code points
 */
export function toUnits(text, offset) {
  if (!Number.isInteger(offset) || offset < 0) throw new RangeError(`no offset: ${offset}`);
  let units = 0;
  for (let passed = 0; passed < offset; passed += 1) {
    if (units >= text.length) throw new RangeError(`the text ends before offset ${offset}`);
    units += width(text, units);
  }
  return units;
}

/** How many code points stand before UTF-16 unit `units` of `text`. */
export function toCodePoints(text, units) {
  let passed = 0;
  for (let unit = 0; unit < units; unit += width(text, unit)) passed += 1;
  return passed;
}

/** `text[start:end]` with code point offsets. */
export function sliceByCodePoints(text, start, end) {
  return text.slice(toUnits(text, start), toUnits(text, end));
}

function width(text, unit) {
  return text.codePointAt(unit) > 0xffff ? 2 : 1;
}
