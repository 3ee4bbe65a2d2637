// The page of a local machine. It reads, and writes nothing. Text of others gets into the document as text alone: there
// is no innerHTML here, and a mail's HTML goes into a frame that runs nothing.
"use strict";
(() => {
  const MASK = "••••••";
  const EVERY = 1000, WHEN_HIDDEN = 8000, KEPT = 2000;
  const main = document.getElementById("main");
  const stored = document.getElementById("data");
  const snapshot = stored ? JSON.parse(stored.textContent) : null;
  const data = {run: "", calls: [], mails: [], held: null, digest: "", callsForgotten: 0, mailsForgotten: 0};
  const wholes = new Map(), opened = new Set(), closed = new Set();
  let view = null, mailTab = "looks", phone = false, failures = 0;

  // ---- making elements
  function h(tag, given, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given ?? {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name === "class") made.className = value;
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
    return made;
  }
  const plural = (count, word) => `${count.toLocaleString()} ${word}${count === 1 ? "" : "s"}`;
  const clock = (at) => new Date(at * 1000).toLocaleTimeString([], {hour12: false});
  const day = (at) => new Date(at * 1000).toLocaleString([], {hour12: false});
  const size = (bytes) => bytes < 1024 ? `${bytes} bytes` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
  const took = (seconds) => seconds < 0.0995 ? `${Math.max(seconds * 1000, 0.1).toFixed(seconds < 0.01 ? 1 : 0)} ms` : `${seconds.toFixed(2)} s`;
  const badge = (kind, text) => h("span", {class: `badge ${kind}`}, text);
  const bdi = (text, given) => h("bdi", given, text);

  function code(text, label) {
    const made = h("pre", {tabindex: "0", role: "region", "aria-label": label});
    text.split(MASK).forEach((part, at) => {
      if (at) made.append(h("span", {class: "mask", title: "A secret: the page never has it"}, MASK));
      made.append(part);
    });
    return made;
  }
  function facts(pairs) {
    const rows = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false);
    return h("dl", {class: "facts"}, rows.map(([name, value]) => [h("dt", null, name), h("dd", null, value)]));
  }
  function fold(key, title, note, ...inside) {
    const made = h("details", {open: opened.has(key) || (!closed.has(key) && /\/(Email provider|Connectors)\//.test(key))}, h("summary", null, bdi(title), note ? h("span", {class: "soft"}, bdi(note)) : null));
    made.append(h("div", null, ...inside));
    made.addEventListener("toggle", () => {
      (made.open ? opened : closed).add(key);
      (made.open ? closed : opened).delete(key);
    });
    return made;
  }
  const empty = (title, ...lines) => h("div", {class: "empty"}, h("p", null, h("strong", null, title)), lines.map((line) => typeof line === "string" ? h("p", null, line) : line));
  const command = (text) => h("pre", {class: "mono", tabindex: "0", role: "region", "aria-label": "Command"}, text);

  // ---- reading the machine
  async function json(path) {
    const answer = await fetch(path, {cache: "no-store"});
    if (!answer.ok) throw Object.assign(new Error(await answer.text()), {status: answer.status});
    return answer.json();
  }
  async function whole(kind, number) {
    if (snapshot) return snapshot[kind].find((each) => each.number === number) ?? null;
    const key = `${data.run}/${kind}/${number}`;
    if (!wholes.has(key)) {
      try {
        wholes.set(key, await json(`${kind}/${number}`));
        if (wholes.size > 60) wholes.delete(wholes.keys().next().value);
      } catch (error) {
        if (error.status === 404) return null;
        throw error;
      }
    }
    return wholes.get(key);
  }
  async function poll() {
    try {
      const last = (list) => list.length ? list[list.length - 1].number : 0;
      const query = new URLSearchParams({calls: last(data.calls), mails: last(data.mails), held: data.digest});
      const news = await json(`news?${query}`);
      if (data.run && news.run !== data.run) {  // it was started anew: nothing of before is there
        Object.assign(data, {run: news.run, calls: [], mails: [], held: null, digest: ""});
        wholes.clear();
        view = null;
        setTimeout(poll, 0);
        return;
      }
      take(news);
      failures = 0;
      state("live", "Live");
    } catch {
      failures += 1;
      if (failures > 1) state("stopped", data.run ? "Stopped. This is what it held last." : "Nothing answers. Is tenant-email local running?");
    }
    setTimeout(poll, document.hidden ? WHEN_HIDDEN : EVERY);
  }
  function take(news) {
    data.run = news.run;
    data.calls = data.calls.concat(news.calls).slice(-KEPT);
    data.mails = data.mails.concat(news.mails);
    data.callsForgotten = news.callsForgotten;
    data.mailsForgotten = news.mailsForgotten;
    data.mails = data.mails.filter((each) => each.number > news.mailsForgotten);
    if (news.held) Object.assign(data, {held: news.held, digest: news.digest});
    tabs();
    if (!view) route();
    else view.update?.({calls: news.calls, mails: news.mails, held: Boolean(news.held)});
  }
  function state(kind, text) {
    const place = document.getElementById("state");
    if (place.textContent === text && place.className === `state ${kind}`) return;
    place.className = `state ${kind}`;
    place.textContent = text;
  }

  // ---- the frame around the views
  const places = () => route.now?.[0] ?? "mails";
  function tabs() {
    const counts = {mails: data.mails.length + data.mailsForgotten, calls: data.calls.length + data.callsForgotten,
      tenants: data.held?.tenants.length, dns: data.held?.dns.zones.filter((each) => each.keeper === "Route 53").length};
    const now = {mail: "mails", call: "calls", tenant: "tenants"}[places()] ?? places();
    const names = {mails: "Mails", calls: "Calls", tenants: "Tenants", dns: "DNS", aws: "AWS"};
    const nav = document.getElementById("tabs");
    if (!nav.children.length) for (const [key, name] of Object.entries(names)) nav.append(h("a", {href: `#${key}`}, name, h("span", {class: "count"})));
    Object.keys(names).forEach((key, at) => {
      const link = nav.children[at];
      key === now ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
      link.lastChild.textContent = counts[key] === undefined ? "" : counts[key].toLocaleString();
    });
    const foot = document.getElementById("foot");
    if (data.held && !foot.children.length) {
      const shown = snapshot ? [`Written ${day(snapshot.at)}`] : [`AWS ${data.held.aws.url}`, `DNS ${data.held.dns.address}`, `SMTP 127.0.0.1:${data.held.smtp.ports[0]}`];
      foot.append(...shown.map((each) => h("span", null, each)), h("span", null, "Secrets are masked. ", h("kbd", null, "?"), " keyboard"));
    }
  }
  function show(...children) {
    main.replaceChildren(...children);
  }
  // The event of a new hash comes later than the next key may: a key acts on the view that the key before it asked for.
  function goTo(hash) {
    location.hash = hash;
    route();
  }
  function route() {
    route.hash = location.hash;
    const [place, ...rest] = decodeURIComponent(location.hash.slice(1) || "mails").split("/");
    route.now = [place, rest.join("/")];
    tabs();
    const views = {mails: mailsView, mail: mailsView, calls: callsView, call: callsView, tenants: tenantsView, tenant: tenantsView, dns: dnsView, aws: awsView};
    const wanted = views[place] ?? mailsView;
    if (!data.held) return;
    if (view?.of === wanted) view.go(route.now[1]);
    else {
      view = wanted();
      view.of = wanted;
      view.go(route.now[1]);
    }
    document.title = `${view.title?.() ?? place} · tenant-email local`;
  }

  // ---- lists with a detail beside them
  function lister({kind, wide, tools, item, matches, hint, detail, newestFirst}) {
    const items = h("ul", {class: "items"});
    const heading = h("h1", {class: "unseen"}, kind === "mails" ? "Mails" : "Calls");
    const more = h("p", {class: "more"}), pane = h("article", {class: "detail", "aria-live": "off"});
    const split = h("div", {class: `split ${kind} ${wide ? "wide" : ""}`}, h("section", {class: "list", "aria-label": kind}, heading, tools, more, items), pane);
    const rows = new Map();
    let chosen = null, showing = 0;
    function add(each, isNew) {
      const row = h("li", {class: isNew ? "new" : null}, item(each));
      row.classList.toggle("hidden", !matches(each));
      rows.set(each.number, row);
      newestFirst ? items.prepend(row) : items.append(row);
    }
    function trim() {
      const kept = data[kind][0]?.number ?? 0;
      for (const [number, row] of rows) if (number < kept) { row.remove(); rows.delete(number); }
      const gone = data[`${kind}Forgotten`];
      more.textContent = gone ? `The last ${plural(data[kind].length, kind.slice(0, -1))} are kept; ${plural(gone, "earlier one")} ${gone === 1 ? "is" : "are"} gone.` : "";
    }
    function filter() {
      for (const each of data[kind]) rows.get(each.number)?.classList.toggle("hidden", !matches(each));
      nothing();
    }
    function nothing() {
      const any = data[kind].some((each) => !rows.get(each.number)?.classList.contains("hidden"));
      items.querySelector(".none")?.remove();
      if (!data[kind].length) items.append(h("li", {class: "none"}, hint()));
      else if (!any) items.append(h("li", {class: "none"}, empty("Nothing matches the filter.")));
    }
    async function go(rest) {
      chosen = rest ? Number(rest) : null;
      split.classList.toggle("chosen", Boolean(chosen));
      heading.hidden = Boolean(chosen);  // the one that is chosen has the heading then
      for (const [number, row] of rows) {
        const link = row.firstChild;
        number === chosen ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
      }
      rows.get(chosen)?.scrollIntoView({block: "nearest"});
      const turn = ++showing;
      if (!chosen) {
        pane.replaceChildren(data[kind].length ? empty(`Choose one of the ${kind}.`, `${plural(data[kind].length, kind.slice(0, -1))} so far. j and k step through them.`) : "");
        return;
      }
      let content;
      try {
        const found = await whole(kind, chosen);
        content = found ? detail(found) : [empty("It is not kept any more, or was never there.")];
      } catch {
        content = [empty("It cannot be read: the machine does not answer.")];
      }
      if (turn !== showing) return;
      pane.replaceChildren(h("p", {class: "back"}, h("a", {href: `#${kind}`}, `← All ${kind}`)), ...content);
      pane.scrollTop = 0;
      document.title = `${view?.title?.() ?? kind} · tenant-email local`;
    }
    data[kind].forEach((each) => add(each, false));
    trim();
    nothing();
    show(split);
    if (!newestFirst && !snapshot) items.scrollTop = items.scrollHeight;
    return {
      go, filter, step(by) {
        const numbers = data[kind].map((each) => each.number).filter((number) => !rows.get(number)?.classList.contains("hidden"));
        if (newestFirst) numbers.reverse();
        const at = numbers.indexOf(chosen);
        const next = numbers[at < 0 ? 0 : Math.min(Math.max(at + by, 0), numbers.length - 1)];
        if (next) goTo(`#${kind.slice(0, -1)}/${next}`);
      },
      back() { if (chosen) goTo(`#${kind}`); },
      update(news) {
        const follows = items.scrollHeight - items.scrollTop - items.clientHeight < 60;
        news[kind].forEach((each) => add(each, true));
        if (news[kind].length || more.textContent) { trim(); nothing(); }
        if (news[kind].length && !newestFirst && follows) items.scrollTop = items.scrollHeight;
        if (!chosen && news[kind].length) go("");
      },
      title: () => chosen ? `${kind === "mails" ? "Mail" : "Call"} ${chosen}` : kind === "mails" ? "Mails" : "Calls",
    };
  }

  // ---- mails
  function mailsView() {
    const filter = h("input", {type: "search", "aria-label": "Filter mails", placeholder: "Filter by subject or address", oninput: () => made.filter()});
    const dkim = (each) => each.dkim === "pass" ? badge("good", "DKIM pass") : each.dkim === "fail" ? badge("bad", "DKIM fail") : badge("warn", "no DKIM");
    const made = lister({
      kind: "mails", newestFirst: true, tools: h("div", {class: "tools"}, filter),
      matches: (each) => `${each.subject} ${each.from} ${each.to} ${each.by}`.toLowerCase().includes(filter.value.toLowerCase()),
      item: (each) => h("a", {href: `#mail/${each.number}`},
        h("div", {class: "row"}, h("span", {class: "subject"}, bdi(each.subject || "(no subject)")), h("time", {class: "soft"}, clock(each.at))),
        h("div", {class: "row soft"}, h("span", null, "to ", bdi(each.to)), dkim(each)),
        h("div", {class: "row soft"}, h("span", null, "from ", bdi(each.from)), each.attachments ? h("span", null, plural(each.attachments, "file")) : null)),
      hint: () => empty("No mail yet.", "Everything that a tenant sends arrives here, whatever the address. Set the environment that tenant-email local printed, bring a stack up, and send one:", command(`tenant-email send-test ${data.held.tenants[0].name} --to ada@customer.example`)),
      detail: (mail) => {
        const body = h("div"), buttons = {};
        const choose = (tab) => {
          mailTab = tab;
          for (const [key, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(key === shownTab()));
          body.replaceChildren(...content());
        };
        const shownTab = () => mailTab === "looks" && !mail.hasHtml ? "text" : mailTab === "text" && !mail.text ? (mail.hasHtml ? "looks" : "raw") : mailTab;
        function content() {
          switch (shownTab()) {
            case "looks": {
              const frame = h("iframe", {sandbox: "", title: "The mail as it looks", class: phone ? "phone" : null, referrerpolicy: "no-referrer",
                ...(snapshot ? {srcdoc: mail.html} : {src: `mails/${mail.number}/html`})});
              const widths = [[false, "Desktop"], [true, "Phone"]].map(([is, name]) => h("button", {type: "button", "aria-pressed": String(phone === is), onclick: () => { phone = is; choose("looks"); }}, name));
              return [h("p", {class: "pieces gap"}, h("span", {class: "pieces widths"}, widths), h("span", {class: "soft"}, "Nothing in it runs, and nothing is loaded from elsewhere.")), frame];
            }
            case "text": return [code(mail.text, "Text of the mail"), mail.textCut ? h("p", {class: "notice"}, "Only its beginning is shown.") : ""];
            case "headers": return [h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Headers"}, h("table", null, h("thead", null, h("tr", null, h("th", {scope: "col"}, "Name"), h("th", {scope: "col"}, "Value"))), h("tbody", null, mail.headers.map(([name, value]) => h("tr", null, h("td", null, name), h("td", null, bdi(value)))))))];
            default: return [h("p", {class: "pieces soft gap"}, size(mail.bytes), mail.rawCut ? "; only its beginning is shown." : "", snapshot ? "" : h("a", {href: `mails/${mail.number}/raw`}, "Save as .eml")), code(mail.raw, "The mail as it came")];
          }
        }
        for (const [key, name, there] of [["looks", "As it looks", mail.hasHtml], ["text", "Text", Boolean(mail.text)], ["headers", "Headers", true], ["raw", "As it came", true]])
          if (there) buttons[key] = h("button", {type: "button", onclick: () => choose(key)}, name);
        const signatures = mail.signatures.map((each) => h("div", null, badge(each.result === "pass" ? "good" : "bad", each.result), ` ${each.domain} (${each.selector}): ${each.reason}`));
        const files = mail.files.map((each, at) => h("li", null, snapshot ? bdi(each.name) : h("a", {href: `mails/${mail.number}/attachments/${at}`, download: ""}, bdi(each.name)), ` ${each.kind}, ${size(each.bytes)}`));
        choose(mailTab);
        return [
          h("h1", null, bdi(mail.subject || "(no subject)")),
          facts([["From", bdi(mail.from)], ["To", bdi(mail.recipients.join(", ") || mail.to)], ["Arrived", `${day(mail.at)}, by ${mail.by}`],
            ["Login", mail.login && bdi(mail.login)], ["Envelope", mail.sender && bdi(mail.sender)],
            ["DKIM", signatures.length ? h("div", null, signatures) : h("div", null, badge("warn", "none"), " nobody signed it")]]),
          mail.problem ? h("p", {class: "notice"}, mail.problem) : null,
          h("div", {class: "pieces", role: "group", "aria-label": "How the mail is shown"}, Object.values(buttons)),
          body,
          mail.links.length ? h("div", null, h("h2", null, "Links"), h("ul", {class: "links"}, mail.links.map((link) => h("li", null, h("a", {href: link, rel: "noopener noreferrer", target: "_blank"}, link))))) : null,
          files.length ? h("div", null, h("h2", null, "Attachments"), h("ul", {class: "links"}, files)) : null,
        ].filter(Boolean);
      },
    });
    return made;
  }

  // ---- calls
  const failed = (each) => each.status === null || each.status >= 400;
  const reads = (each) => each.method === "GET" || each.method === "HEAD" || /^(route53|iam|sts|ses) (Get|List|Describe|Simulate)/.test(each.operation);
  const statusBadge = (status) => status === null ? badge("bad", "no answer") : badge(status >= 400 ? "bad" : status >= 300 && status < 350 ? "warn" : "good", String(status));
  function callsView() {
    const again = () => made.filter();
    const text = h("input", {type: "search", "aria-label": "Filter calls", placeholder: "Filter by path, operation, status", oninput: again});
    const server = h("select", {"aria-label": "Whose calls", onchange: again}, h("option", {value: ""}, "Everybody"));
    const kinds = h("select", {"aria-label": "Which calls", onchange: again}, [["", "All calls"], ["writes", "Changes"], ["errors", "Errors"]].map(([value, name]) => h("option", {value}, name)));
    const known = new Set();
    const note = (each) => { if (!known.has(each.server)) { known.add(each.server); server.append(h("option", {value: each.server}, each.server)); } };
    const made = lister({
      kind: "calls", wide: true, tools: h("div", {class: "tools"}, text, server, kinds),
      matches: (each) => (!server.value || each.server === server.value)
        && (kinds.value === "" || (kinds.value === "errors" ? failed(each) : !reads(each)))
        && `${each.method} ${each.path} ${each.query} ${each.operation} ${each.status ?? "no answer"} ${each.server}`.toLowerCase().includes(text.value.toLowerCase()),
      item: (each) => {
        note(each);
        return h("a", {href: `#call/${each.number}`},
          h("div", {class: "row"}, h("span", null, h("span", {class: "verb"}, each.method), bdi(each.operation ? each.operation.split(" ")[1] || each.path : each.path, {class: "mono"})), statusBadge(each.status)),
          h("div", {class: "row soft"}, h("span", null, `${each.number} · ${each.server}${each.operation ? ` · ${each.operation.split(" ")[0]}` : ""}`, each.query ? bdi(` · ${each.query}`) : ""), h("span", null, `${took(each.seconds)} · ${clock(each.at)}`)));
      },
      hint: () => empty("No calls yet.", "Each call that a tenant, AWS or the mail server receives is listed here with its bodies. Set the environment that tenant-email local printed in another terminal, and look at the tenant:", command(`tenant-email doctor ${data.held.tenants[0].name}`)),
      detail: (call) => {
        const side = (name, part) => h("section", {class: "panel"}, h("h2", {class: "head"}, name, h("span", {class: "soft"}, part.bytes === 0 ? "no body" : [part.bytes === null ? "" : size(part.bytes), part.language].filter(Boolean).join(", "))),
          h("div", {class: "inside"},
            part.note ? h("p", {class: "notice"}, part.note) : null, part.text ? code(part.text, `Body of the ${name.toLowerCase()}`) : null,
            part.headers.length ? fold(`headers/${name}`, "Headers", String(part.headers.length), h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": `Headers of the ${name.toLowerCase()}`}, h("table", null, h("tbody", null, part.headers.map(([key, value]) => h("tr", null, h("th", {scope: "row"}, key), h("td", null, bdi(value)))))))) : null));
        return [
          h("h1", {class: "mono"}, call.operation ? call.operation.split(" ")[1] || "?" : [call.method, " ", bdi(call.path)]),
          h("p", {class: "pieces"}, statusBadge(call.status), h("span", {class: "soft"}, `${call.server} · ${took(call.seconds)} · ${day(call.at)}`)),
          facts([["Request", call.operation && `${call.method} ${call.path}`], ["Service", call.operation && call.operation.split(" ").filter((_, at) => at !== 1).join(", ")], ["Query", call.query && bdi(call.query)]]),
          side("Request", call.request), call.status === null ? h("p", {class: "notice"}, "The server hung up; the caller got no answer.") : side("Answer", call.response),
        ];
      },
    });
    return made;
  }

  // ---- what is held
  function holding(key, each) {
    const inside = [each.document ? code(each.document, `${each.name}, as it is stored`) : null,
      ...Object.entries(each.texts).flatMap(([name, text]) => [h("p", {class: "soft"}, name), code(text, `${each.name}: ${name}`)])].filter(Boolean);
    return inside.length ? fold(key, each.name, each.note, ...inside) : h("div", {class: "thing"}, bdi(each.name), each.note ? h("span", {class: "soft"}, bdi(each.note)) : null);
  }
  const section = (key, each, heading = "h2") => h("section", {class: "panel"}, h(heading, {class: "head"}, each.title, h("span", {class: "soft"}, each.count ? each.count.toLocaleString() : "")),
    h("div", {class: "inside"}, each.count ? h("div", null, each.holdings.map((one) => holding(`${key}/${each.title}/${one.name}/${one.note.slice(0, 40)}`, one)), each.count > each.holdings.length ? h("p", {class: "notice"}, `The first ${each.holdings.length} of ${each.count} are shown.`) : null) : h("p", {class: "soft"}, each.empty || "There is none.")));
  function held(title, draw) {
    const redraw = () => { const top = main.scrollTop; show(h("div", {class: "page"}, momentChoice(), ...draw(route.now[1]))); main.scrollTop = top; };
    return {go: () => { redraw(); main.scrollTop = 0; }, update: (news) => { if (news.held) redraw(); }, title: () => title, redraw};
  }
  function momentChoice() {
    if (!snapshot || snapshot.moments.length < 2) return "";
    return h("p", {class: "pieces"}, h("label", {for: "moment"}, "As it was "), h("select", {id: "moment", onchange: (event) => { data.held = snapshot.moments[Number(event.target.value)].held; view.redraw(); document.getElementById("moment").focus(); }},
      snapshot.moments.map((each, at) => h("option", {value: String(at), selected: data.held === each.held}, each.label))));
  }
  function tenantsView() {
    return held("Tenants", (only) => {
      const shown = data.held.tenants.filter((each) => !only || each.name === only);
      if (!shown.length) return [h("h1", null, "Tenants"), empty("There is no such tenant here.", "tenant-email local --platform NAME runs one.")];
      const choice = h("p", {class: "pieces"}, data.held.tenants.map((each) => h("a", {class: "choice", href: `#tenant/${each.name}`, "aria-current": only === each.name ? "true" : null}, each.title)),
        h("a", {class: "choice", href: "#tenants", "aria-current": only ? null : "true"}, "All"));
      return [h("h1", null, "Tenants"), data.held.tenants.length > 1 ? choice : "", ...shown.flatMap((each) => [
        h("h2", {class: "title"}, h("a", {href: `#tenant/${each.name}`}, each.title)),
        facts([["Sends through", h("strong", null, bdi(each.sender))], ["Address", each.url]]),
        ...each.sections.map((one) => section(each.name, one, "h3")),
      ])];
    });
  }
  const awsView = () => held("AWS", () => [h("h1", null, "AWS"), facts([["Endpoint", data.held.aws.url]]), ...data.held.aws.sections.map((one) => section("aws", one))]);
  function dnsView() {
    return held("DNS", (only) => {
      const zones = data.held.dns.zones.filter((each) => !only || each.name === only);
      const table = (zone) => h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": `Records of ${zone.name}`}, h("table", null,
        h("thead", null, h("tr", null, ["Name", "Type", "TTL", "Value"].map((each) => h("th", {scope: "col"}, each)))),
        h("tbody", null, zone.records.map(([name, type, ttl, values]) => h("tr", null, h("td", null, name), h("td", null, type), h("td", null, String(ttl)), h("td", null, values.map((value) => h("div", null, bdi(value)))))))));
      return [h("h1", null, "DNS"), facts([["Server", `${data.held.dns.address}, by UDP and TCP`]]),
        ...zones.map((zone) => h("section", {class: "panel"}, h("h2", {class: "head"}, h("a", {href: `#dns/${zone.name}`}, zone.name), h("span", {class: "soft"}, `${zone.keeper} · ${plural(zone.count, "record set")}`)),
          h("div", {class: "inside"}, table(zone), zone.count > zone.records.length ? h("p", {class: "notice"}, `The first ${zone.records.length} are shown.`) : null))),
        zones.length ? "" : empty("There is no zone here.", "tenant-email local --zone NAME starts with one; a stack may create others.")];
    });
  }

  // ---- keyboard
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const dialog = document.getElementById("keys");
    if (event.target.closest("input, select, textarea, dialog")) {
      if (event.key === "Escape" && !dialog.open) { event.target.blur(); main.focus(); }
      return;
    }
    const at = ["1", "2", "3", "4", "5"].indexOf(event.key);
    if (at >= 0) goTo(["#mails", "#calls", "#tenants", "#dns", "#aws"][at]);
    else if (event.key === "j") view?.step?.(1);
    else if (event.key === "k") view?.step?.(-1);
    else if (event.key === "Escape") view?.back?.();
    else if (event.key === "?") dialog.showModal();
    else if (event.key === "/") main.querySelector("input[type=search]")?.focus();
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", () => location.hash === route.hash || route());

  if (snapshot) {
    Object.assign(data, {run: "snapshot", calls: snapshot.calls, mails: snapshot.mails, held: snapshot.moments[0].held,
      callsForgotten: snapshot.callsForgotten, mailsForgotten: snapshot.mailsForgotten});
    state("", `As it was ${day(snapshot.at)}`);
    route();
  } else {
    poll();
  }
})();
