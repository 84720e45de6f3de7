/** Where the paragraphs of a body begin and end, in UTF-16 units. */

const BLANK_LINES = /(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+/g;
const LINE_ENDS = /(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))*/g;
/** Lines longer than this on average were not broken to fit a page: each is a paragraph. */
const BROKEN_TO_FIT = 100;
/** A browser takes long over one enormous paragraph; beyond this, it is laid out in parts. */
const ENORMOUS = 4000;
const PART = 2000;
const SENTENCE_END = /[.!?]["”’)]*\s+|[。！？]/g;
const SPACE = /\s+/g;

/**
 * @param {string} body
 * @returns {{from: number, to: number, continues: boolean}[]} `continues` marks a part of an
 *   enormous paragraph that is not its first
 */
export function paragraphsOf(body) {
  const found = [];
  let from = 0;
  for (const gap of body.matchAll(gapsOf(body))) {
    found.push(...partsOf(body, from, gap.index));
    from = gap.index + gap[0].length;
  }
  return [...found, ...partsOf(body, from, body.length)];
}

/** What lies between paragraphs: blank lines, or every line end where lines are paragraphs. */
function gapsOf(body) {
  const lines = body.match(/[^\r\n]*\S[^\r\n]*/g) ?? [];
  return body.length > lines.length * BROKEN_TO_FIT ? LINE_ENDS : BLANK_LINES;
}

function partsOf(body, from, to) {
  const parts = [];
  let start = from;
  while (start < to) {
    const end = to - start > ENORMOUS ? cut(body, start + PART / 2, start + PART) : to;
    parts.push({ from: start, to: end, continues: start > from });
    start = end;
  }
  return parts;
}

/** The last good place for a cut between two offsets. */
function cut(body, from, to) {
  const text = body.slice(from, to);
  const last = [...text.matchAll(SENTENCE_END)].at(-1) ?? [...text.matchAll(SPACE)].at(-1);
  if (last) return from + last.index + last[0].length;
  const splitsPair = body.codePointAt(to - 1) > 0xffff;
  return splitsPair ? to - 1 : to;
}
