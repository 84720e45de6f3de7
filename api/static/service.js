/** Every call to the service, and what can go wrong with one. */

import { serverEvents } from "./server-events.js";

/** A refusal or a failure, in words meant for the person. */
export class Problem extends Error {
  constructor(title, detail = "", status = 0) {
    super(detail || title);
    this.name = "Problem";
    this.title = title;
    this.detail = detail;
    this.status = status;
  }

  static from(body, status) {
    return new Problem(body?.title || `The service answered ${status}`, body?.detail ?? "", status);
  }

  static unreachable() {
    return new Problem(
      "The service cannot be reached",
      "It may have been stopped. Start it again, then try once more.",
    );
  }
}

const KEY = "dateline.key";

export function setKey(key) {
  sessionStorage.setItem(KEY, key);
}

/**
 * Asks a question; resolves to the answer object.
 *
 * @param {{question: string, filters: Object, history: Array}} asked
 * @param {{signal: AbortSignal, onStage: (stage: string) => void}} options
 */
export async function ask(asked, { signal, onStage }) {
  const response = await send("POST", "/v1/ask/stream", {
    json: asked,
    signal,
    headers: { Accept: "text/event-stream" },
  });
  try {
    for await (const { event, data } of serverEvents(response.body)) {
      if (event === "stage") onStage(JSON.parse(data).stage);
      else if (event === "answer") return JSON.parse(data);
      else if (event === "error") {
        const problem = JSON.parse(data);
        throw Problem.from(problem, problem.status);
      }
    }
  } catch (error) {
    throw explained(error);
  }
  throw new Problem("The answer broke off", "The connection closed before the answer was complete.");
}

/** @returns {Promise<{articles: Array, total: number, next_cursor: ?string}>} */
export function listArticles({ query, source, cursor, limit, signal }) {
  return getJson(`/v1/articles${search({ q: query, source, cursor, limit })}`, signal);
}

export function getArticle(id, version, signal) {
  return getJson(`/v1/articles/${encodeURIComponent(id)}${search({ version })}`, signal);
}

export async function listSources() {
  return (await getJson("/v1/sources")).sources;
}

/** @returns {Promise<{suggestions: string[], current: boolean}>} */
export function listSuggestions() {
  return getJson("/v1/suggestions");
}

/** @returns {Promise<string>} the job's id */
export async function addFile(file, signal) {
  const form = new FormData();
  form.append("files", file, file.name);
  return (await (await send("POST", "/v1/articles", { body: form, signal })).json()).job_id;
}

/** @returns {Promise<string>} the job's id */
export async function addArticle(article, signal) {
  const json = { articles: [article] };
  return (await (await send("POST", "/v1/articles", { json, signal })).json()).job_id;
}

/** @returns {Promise<string>} the job's id */
export async function putArticle(id, article) {
  const path = `/v1/articles/${encodeURIComponent(id)}`;
  return (await (await send("PUT", path, { json: article })).json()).job_id;
}

export async function removeArticle(id) {
  await send("DELETE", `/v1/articles/${encodeURIComponent(id)}`);
}

/** Resolves when the job has ended; tells of its progress meanwhile. */
export async function jobDone(jobId, onProgress = () => {}) {
  for (let pause = 80; ; pause = Math.min(pause * 1.5, 1000)) {
    const job = await getJson(`/v1/jobs/${encodeURIComponent(jobId)}`);
    onProgress(job);
    if (job.state === "done" || job.state === "failed") return job;
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

export async function isReady() {
  try {
    return (await fetch("/readyz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

async function getJson(path, signal) {
  return (await send("GET", path, { signal })).json();
}

async function send(method, path, { json, body, signal, headers = {} } = {}) {
  const sent = { ...headers };
  if (json !== undefined) sent["Content-Type"] = "application/json";
  const key = sessionStorage.getItem(KEY);
  if (key) sent.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: sent,
      body: json === undefined ? body : JSON.stringify(json),
      signal,
    });
  } catch (error) {
    throw explained(error);
  }
  if (response.ok) return response;
  const type = response.headers.get("Content-Type") ?? "";
  throw Problem.from(type.includes("json") ? await response.json() : null, response.status);
}

function explained(error) {
  if (error instanceof Problem || error.name === "AbortError") return error;
  return Problem.unreachable();
}

function search(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
