// The public pages work without this file. With it a request is sent without leaving the page, what is wrong is said
// beside the field, and nothing a person typed is lost when the network or our server is away.

const KEPT = "goodword.request";
const KEEP_DAYS = 7;
const DISCOUNT = "goodword.discount";
const ANSWER_WITHIN_MS = 15_000;
const RETRY_AFTER_MS = [5_000, 15_000, 60_000, 300_000];

/** Storage that may be switched off, or full: then it remembers nothing, and says so. */
function storage(area) {
  const attempt = (action) => {
    try {
      return action(window[area]);
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => attempt((store) => store.getItem(key)),
    set: (key, value) => attempt((store) => (store.setItem(key, value), true)) === true,
    remove: (key) => attempt((store) => store.removeItem(key)),
  };
}

const local = storage("localStorage");
const session = storage("sessionStorage");

/** POST JSON and say in one word how it went; `body` is the answer where there was a readable one. */
async function post(path, data, headers = {}) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), ANSWER_WITHIN_MS);
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
      body: JSON.stringify(data),
      signal: control.signal,
    });
    const body = await answer.json().catch(() => null);
    if (answer.status === 202 && body?.reference) return { outcome: "accepted", body };
    if (answer.status === 429) return { outcome: "busy", seconds: Number(answer.headers.get("Retry-After")) || 0 };
    const refused = answer.status >= 400 && answer.status < 500 && body && (body.errors || body.detail || body.title);
    return { outcome: refused ? "refused" : "unreachable", body };
  } catch {
    return { outcome: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

function channelOf(form) {
  const via = (new URLSearchParams(location.search).get("via") || "").toLowerCase();
  return form.dataset.channels.split(" ").includes(via) ? via : undefined;
}

/** Count one visit of this link a browser session; nobody waits for it and nobody is told. */
function countVisit(code, channel) {
  const key = `goodword.visit.${code}`;
  if (session.get(key) || !session.set(key, "1")) return;
  const body = JSON.stringify(channel ? { code, channel } : { code });
  fetch("/v1/visits", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true }).catch(() => {});
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function newKey() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
}

class LeadForm {
  constructor(form) {
    this.form = form;
    this.button = form.querySelector("button[type=submit]");
    this.label = this.button.textContent;
    this.status = form.querySelector("#status");
    this.sending = false;
    this.kept = null; // the request that has not arrived yet
    this.last = null; // the request as it was last sent
    this.attempts = 0;
    this.timer = 0;
    form.noValidate = true; // errors stand beside the fields, from here as from the server
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    form.addEventListener("input", (event) => this.clearError(event.target));
    window.addEventListener("online", () => this.retry());
  }

  values() {
    const data = Object.fromEntries(new FormData(this.form));
    data.sms_consent = this.form.elements.sms_consent.checked;
    return data;
  }

  submit() {
    if (this.sending) return;
    const missing = [...this.form.querySelectorAll("[required]")].filter((field) => !field.value.trim());
    if (missing.length) {
      this.showErrors(missing.map((field) => ({ field: field.name, message: "is required" })));
      return;
    }
    this.attempts = 0;
    const data = this.values();
    // The same request keeps its key however often it is sent; other words are another request.
    const same = this.last && JSON.stringify(this.last.data) === JSON.stringify(data);
    this.last = same ? this.last : { key: newKey(), at: Date.now(), page: location.pathname, data };
    this.send(this.last);
  }

  /** Send a request, keeping it on this device from before the first attempt until it has arrived or was refused. */
  async send(request) {
    if (this.sending) return;
    clearTimeout(this.timer);
    this.sending = true;
    this.kept = request;
    this.stored = local.set(KEPT, JSON.stringify(request));
    this.button.setAttribute("aria-disabled", "true");
    this.button.textContent = "Sending…";
    const { outcome, body, seconds } = await post("/v1/leads", request.data, { "Idempotency-Key": request.key });
    this.sending = false;
    this.button.removeAttribute("aria-disabled");
    this.button.textContent = this.label;
    this[outcome](body, seconds);
  }

  retry() {
    if (this.kept) this.send(this.kept);
  }

  forget() {
    clearTimeout(this.timer);
    this.kept = null;
    local.remove(KEPT);
  }

  accepted(body) {
    this.forget();
    this.last = null;
    if (body.discount_code) session.set(DISCOUNT, JSON.stringify({ code: body.discount_code, worth: body.discount }));
    location.assign(this.form.dataset.thanks);
  }

  refused(body) {
    this.forget();
    this.showErrors(body.errors ?? [], body.detail || body.title);
  }

  busy(_, seconds) {
    this.forget();
    const wait = seconds > 90 ? `in about ${Math.ceil(seconds / 60)} minutes` : seconds ? "in a minute or two" : "later";
    this.tell([`Not sent: too many requests came from your network just now. Please try again ${wait}. What you typed is still in the form.`]);
  }

  unreachable() {
    const delay = RETRY_AFTER_MS[Math.min(this.attempts++, RETRY_AFTER_MS.length - 1)];
    this.timer = setTimeout(() => this.retry(), delay);
    const kept = this.stored
      ? "Your request is kept on this device. We try again by ourselves while this page is open, and when you open it again."
      : "We try again by ourselves while this page stays open. Please do not close it yet.";
    const drop = element("button", "Do not send it", { type: "button" });
    drop.addEventListener("click", () => {
      this.forget();
      this.tell(["Your request was removed from this device and will not be sent again."]);
    });
    this.tell(["Not sent yet: we could not reach our server.", kept], drop);
  }

  /** Say how things stand, with the telephone beside it. */
  tell(sentences, ...more) {
    const parts = sentences.map((sentence) => element("p", sentence));
    const { call, callText } = this.form.dataset;
    if (call) {
      const line = element("p", "Or call us: ");
      line.append(element("a", callText, { href: call }));
      parts.push(line);
    }
    this.status.replaceChildren(...parts, ...more);
    this.status.hidden = false;
  }

  /** Put each message beside its field and the focus on the first; what belongs to no field goes below the button. */
  showErrors(errors, summary) {
    this.status.hidden = true;
    for (const field of this.form.elements) this.clearError(field);
    const homeless = [];
    let first = null;
    for (const { field, message } of errors) {
      const place = document.getElementById(`${field}-error`);
      const input = this.form.querySelector(`[name="${CSS.escape(field)}"]:not([type=hidden])`);
      if (!place || !input) {
        homeless.push(`${message[0].toUpperCase()}${message.slice(1)}.`);
        continue;
      }
      place.textContent = sentence(this.form, field, message);
      place.hidden = false;
      input.setAttribute("aria-invalid", "true");
      if (!first || input.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING) first = input;
    }
    if (homeless.length || !first) {
      this.tell(["Your request has not been sent.", ...(homeless.length ? homeless : [summary || "Please check the form."])]);
    }
    (first ?? this.status).focus();
  }

  clearError(field) {
    const place = document.getElementById(`${field.name}-error`);
    field.removeAttribute?.("aria-invalid");
    if (place) place.hidden = true;
  }

  /** Take up a request that an earlier visit could not send. */
  resume() {
    let request;
    try {
      request = JSON.parse(local.get(KEPT) ?? "null");
    } catch {
      request = null;
    }
    if (!request?.data || !request.key || !(Date.now() - request.at < KEEP_DAYS * 86_400_000)) {
      local.remove(KEPT);
      return;
    }
    if (request.page === location.pathname) this.fill(request.data);
    this.tell(["A request you made earlier did not reach us. We are sending it now."]);
    this.send(request);
  }

  fill(data) {
    for (const [name, value] of Object.entries(data)) {
      const field = this.form.elements[name];
      if (!field || field.type === "hidden") continue;
      if (field.type === "checkbox") field.checked = value === true;
      else field.value = value;
    }
  }
}

/** "is required" needs its field's label in front of it; "please ..." speaks for itself. */
function sentence(form, field, message) {
  const label = form.querySelector(`label[for="${CSS.escape(field)}"]`)?.firstChild.textContent.trim().replace(/\?$/, "");
  const text = message.toLowerCase().startsWith("please") || !label ? message : `${label} ${message}`;
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** Show the friend's own code on the page that thanks them, as long as this browser session lasts. */
function showDiscount(place) {
  try {
    const { code, worth } = JSON.parse(session.get(DISCOUNT));
    place.querySelector("[data-worth]").textContent = worth;
    place.querySelector("[data-code]").textContent = code;
    place.hidden = !code || !worth;
  } catch {
    place.hidden = true;
  }
}

const discount = document.getElementById("discount");
if (discount) showDiscount(discount);
const form = document.getElementById("lead");
if (form) {
  const channel = channelOf(form);
  if (channel) form.elements.channel.value = channel;
  const code = form.elements.code?.value;
  if (code) countVisit(code, channel);
  new LeadForm(form).resume();
}
