// Requests to the server, and what their answers mean for what lies on this phone.

import { PROTOCOL, api, base64, utf8 } from "./util.js";

const PATIENCE = 60000; // 64 kB at 50 kbit/s with losses

// No network, a server that is away, or one that asks to wait: nothing was decided, come again.
export class Away extends Error {}

// The server has ended this device: erase what it holds.
export class Ended extends Error {}

// The server understood and said no; code and words are its own.
export class Refusal extends Error {
  constructor(problem, status, headers) {
    super([problem.title, problem.hint].filter(Boolean).join(" "));
    this.code = problem.code ?? "";
    this.status = status;
    this.headers = headers;
  }
}

const WAITS = [408, 423, 425, 429];
const ENDS = ["dicabut", "berakhir"];

export class Client {
  constructor(token, pair) {
    this.token = token;
    this.pair = pair;
  }

  async ask(method, path, { json, body, headers = {} } = {}) {
    let answer;
    try {
      answer = await fetch(api + path, {
        method,
        credentials: "omit",
        cache: "no-store",
        headers: {
          Accept: "application/json",
          ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
          ...(json === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: json === undefined ? body : JSON.stringify(json),
        signal: AbortSignal.timeout?.(PATIENCE),
      });
    } catch (problem) {
      throw new Away(problem.message);
    }
    if (answer.ok || answer.status === 304) return answer;
    if (WAITS.includes(answer.status) || (answer.status >= 500 && answer.status !== 507)) throw new Away(String(answer.status));
    const problem = await answer.json().catch(() => null);
    if (problem === null && method !== "HEAD") throw new Away("not our server"); // a captive portal, a proxy
    if (answer.status === 401 && ENDS.includes(problem?.code)) throw new Ended([problem.title, problem.hint].filter(Boolean).join(" "));
    throw new Refusal(problem ?? {}, answer.status, answer.headers);
  }

  // The body of an answer; one that is cut off decided nothing here either.
  async json(method, path, options) {
    const answer = await this.ask(method, path, options);
    try {
      return await answer.json();
    } catch (problem) {
      throw new Away(problem.message);
    }
  }

  activate(code, label, publicKey, proof) {
    return this.json("POST", "/aktivasi", { json: { code, label, public_key: publicKey, proof, protocol: PROTOCOL } });
  }

  // The task's data, or null where the phone has them already.
  async bundle(tag) {
    const answer = await this.ask("GET", "/bekal", { headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === 304) return null;
    try {
      return { ...(await answer.json()), tag: answer.headers.get("ETag") };
    } catch (problem) {
      throw new Away(problem.message);
    }
  }

  own(waiting) {
    return this.json("GET", `/saya?menunggu=${waiting}`);
  }

  send(packets, pending) {
    return this.json("POST", "/paket", { json: { protocol: PROTOCOL, pending, packets } });
  }

  leave() {
    return this.ask("POST", "/keluar");
  }

  async sign(text) {
    const how = { name: "ECDSA", hash: "SHA-256" };
    return base64(await crypto.subtle.sign(how, this.pair.privateKey, utf8(text)));
  }
}

// What a packet's signature covers (electsys/devices/rules.py, signed_text).
export const signedText = ({ key, made_at, files, body }) => [key, made_at, files.join(","), body].join("\n");
