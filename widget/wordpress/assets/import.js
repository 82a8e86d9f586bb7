/** Asks for one part of the import after the other, and tells how far it is. */
(function () {
  "use strict";
  const facts = window.wortmeldungImport;
  const form = document.getElementById("wortmeldung-import");
  if (!facts || !form) return;

  const PAUSES = [2000, 5000, 15000];
  const find = (name) => document.getElementById("wortmeldung-" + name);
  const token = find("token");
  const start = find("start");
  const stop = find("stop");
  const bar = find("progress").querySelector("progress");
  let running = false;

  show(facts.state);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!running) void run();
  });
  stop.addEventListener("click", () => {
    running = false;
  });

  async function run() {
    let anew = facts.state.phase === "done";
    let failed = 0;
    running = true;
    busy(true);
    trouble("");
    say("");
    while (running) {
      const answer = await ask(anew);
      if (answer.success) {
        anew = false;
        failed = 0;
        facts.state = answer.data;
        show(facts.state);
        if (facts.state.phase === "done") break;
      } else if (answer.data.again && failed < PAUSES.length) {
        say(facts.words.again);
        await new Promise((go) => setTimeout(go, PAUSES[failed++]));
      } else {
        trouble(answer.data.said);
        break;
      }
    }
    const finished = running && facts.state.phase === "done";
    running = false;
    busy(false);
    if (finished) say(facts.words.finished);
    else if (find("trouble").hidden) say(facts.words.stopped);
  }

  async function ask(anew) {
    const body = new URLSearchParams({ action: facts.action, _ajax_nonce: facts.nonce, token: token.value });
    for (const name of ["trash", "spam"]) if (form.elements[name].checked) body.set(name, "1");
    if (anew) body.set("anew", "1");
    try {
      const answer = await fetch(facts.address, { method: "POST", body, credentials: "same-origin" });
      const said = await answer.json();
      if (typeof said === "object" && said !== null && said.data) return said;
    } catch {
      // Told below: this WordPress, not the service, is what did not answer.
    }
    return { success: false, data: { said: facts.words.offline, again: true } };
  }

  function show(state) {
    if (!state.done && !state.remarks.length) return;
    find("progress").hidden = false;
    bar.max = Math.max(1, state.total);
    bar.value = state.done;
    say(fill(facts.words.progress, state.done, state.total));
    find("account").textContent = fill(facts.words.account, state.added, state.present, state.refused, state.waiting);
    find("report").hidden = !state.remarks.length;
    find("report").querySelector("tbody").replaceChildren(...state.remarks.map(row));
    find("file").href = URL.createObjectURL(new window.Blob([table(state.remarks)], { type: "text/csv" }));
  }

  function row(remark) {
    const link = document.createElement("a");
    link.href = facts.comment + remark.comment;
    link.textContent = String(remark.comment);
    const cells = [remark.comment ? link : "", facts.words[remark.kind], remark.reason];
    const line = document.createElement("tr");
    line.append(
      ...cells.map((content) => {
        const cell = document.createElement("td");
        cell.append(content);
        return cell;
      }),
    );
    return line;
  }

  function table(remarks) {
    const lines = remarks.map((each) => [each.comment, facts.words[each.kind], each.reason]);
    return [[facts.words.comment, "", facts.words.why], ...lines].map((line) => line.map(cell).join(",") + "\r\n").join("");
  }

  /** A cell that no spreadsheet calculates. */
  function cell(value) {
    const text = String(value);
    return '"' + (/^[=+\-@\t\r]/.test(text) ? "'" : "") + text.replace(/"/g, '""') + '"';
  }

  function fill(sentence, ...values) {
    return sentence.replace(/%(\d)\$s/g, (_whole, place) => Number(values[place - 1]).toLocaleString(document.documentElement.lang || undefined));
  }

  function say(sentence) {
    find("said").textContent = sentence;
  }

  function trouble(sentence) {
    find("trouble").hidden = !sentence;
    find("trouble").querySelector("p").textContent = sentence;
  }

  function busy(is) {
    start.disabled = is;
    stop.hidden = !is;
    if (is) find("progress").hidden = false;
  }
})();
