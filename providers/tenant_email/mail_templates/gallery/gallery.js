"use strict";
(() => {
  const near = "900px 0px";
  const far = "4000px 0px";
  const tallest = 5000;
  const removed = "script, link, base, meta[http-equiv], iframe, frame, frameset, object, embed, applet, portal, noscript";
  const remote = /^\s*(?:https?:)?\/\//i;
  const loading = /url\(\s{0,99}["']?\s{0,99}(?:https?:)?\/\/[^)]{0,2000}\)?|@import\b[^;]{0,2000};?/gi;

  const mails = new Map();
  for (const article of document.querySelectorAll("article")) {
    const data = article.querySelector('script[type="application/json"]');
    if (data) mails.set(article, JSON.parse(data.textContent));
  }

  /* Frames run nothing and reach nothing anyway: what is taken out here would only leave errors behind. */
  const documents = new WeakMap();
  function source(article) {
    if (documents.has(article)) return documents.get(article);
    const mail = mails.get(article);
    let text;
    if (mail.html) {
      const doc = new DOMParser().parseFromString(mail.body, "text/html");
      for (const element of doc.querySelectorAll(removed)) element.remove();
      for (const element of doc.querySelectorAll("*")) {
        for (const { name, value } of [...element.attributes]) {
          if (name.startsWith("on") || name === "autofocus" || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
          else if (name === "style" && value.search(loading) >= 0) element.setAttribute(name, value.replace(loading, "none"));
        }
      }
      for (const style of doc.querySelectorAll("style")) style.textContent = style.textContent.replace(loading, (found) => (found.startsWith("@") ? "" : "none"));
      for (const element of doc.querySelectorAll("[src], [srcset], [background], [poster], [ping]")) {
        element.removeAttribute("ping");
        if (element.hasAttribute("srcset") && remote.test(element.getAttribute("srcset"))) element.removeAttribute("srcset");
        for (const name of ["src", "background", "poster"]) {
          if (!remote.test(element.getAttribute(name) || "")) continue;
          if (element.localName === "img" || element.localName === "input") element.setAttribute("src", "data:,");
          else element.removeAttribute(name);
        }
      }
      text = (doc.doctype ? "<!doctype html>" : "") + doc.documentElement.outerHTML;
    } else {
      const doc = document.implementation.createHTMLDocument("");
      const pre = doc.createElement("pre");
      pre.style.cssText = "white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 ui-monospace,monospace";
      pre.textContent = mail.body;
      doc.body.append(pre);
      const meta = doc.createElement("meta");
      meta.name = "color-scheme";
      meta.content = "light dark";
      doc.head.append(meta);
      text = "<!doctype html>" + doc.documentElement.outerHTML;
    }
    documents.set(article, text);
    return text;
  }

  /* A frame prefers the scheme of its element. Where a browser does not hold to that, its style sheets are told so. */
  function impose(view, dark) {
    const query = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;
    const holds = (media) => media.replace(query, (_, name) => ((name.toLowerCase() === "dark") === dark ? "(min-width: 0px)" : "(max-width: 0px)"));
    const walk = (rules) => {
      for (const rule of rules) {
        if (rule.media) rule.media.mediaText = holds(rule.media.mediaText);
        if (rule.cssRules) walk(rule.cssRules);
      }
    };
    for (const sheet of view.document.styleSheets) {
      if (sheet.media.length) sheet.media.mediaText = holds(sheet.media.mediaText);
      try {
        walk(sheet.cssRules);
      } catch {
        /* a sheet that may not be read */
      }
    }
    for (const each of view.document.querySelectorAll("source[media]")) each.media = holds(each.media);
    const root = view.document.documentElement;
    if (view.document.querySelector('meta[name="color-scheme" i][content*="dark" i]') || view.getComputedStyle(root).colorScheme.includes("dark"))
      root.style.colorScheme = dark ? "dark" : "light";
  }

  function settle(screen, frame) {
    const view = frame.contentWindow;
    const doc = frame.contentDocument;
    if (!doc || !doc.documentElement) return;
    const dark = screen.dataset.scheme === "dark";
    if (view.matchMedia("(prefers-color-scheme: dark)").matches !== dark) impose(view, dark);
    doc.documentElement.style.setProperty("print-color-adjust", "exact");
    doc.documentElement.style.setProperty("-webkit-print-color-adjust", "exact");
    /* Links lead nowhere here, so that the keyboard need not go through them. */
    for (const each of doc.querySelectorAll("a, area, button, input, select, textarea, summary, [tabindex], [contenteditable], audio, video"))
      each.setAttribute("tabindex", "-1");
    doc.addEventListener("click", (event) => event.preventDefault(), true);
    doc.addEventListener("auxclick", (event) => event.preventDefault(), true);
    const height = Math.min(tallest, Math.max(120, doc.documentElement.scrollHeight, doc.body ? doc.body.scrollHeight : 0));
    frame.style.height = `${height}px`;
    screen.style.setProperty("--tall", height);
    const wide = doc.documentElement.scrollWidth - Number(screen.dataset.width);
    screen.parentElement.classList.toggle("overflows", wide > 1);
    screen.classList.add("loaded");
  }

  function fill(screen) {
    if (screen.firstChild) return Promise.resolve();
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.title = screen.dataset.title;
    frame.tabIndex = -1; // it is as tall as its mail, so that there is nothing to scroll
    frame.width = screen.dataset.width;
    frame.style.colorScheme = screen.dataset.scheme;
    const loaded = new Promise((done) => {
      frame.addEventListener("load", () => {
        settle(screen, frame);
        done();
      });
    });
    frame.srcdoc = source(screen.closest("article"));
    screen.append(frame);
    return loaded;
  }

  function fit(screen) {
    if (screen.clientWidth) screen.style.setProperty("--scale", Math.min(1, screen.clientWidth / Number(screen.dataset.width)));
  }

  let printing = false;
  const screens = [...document.querySelectorAll(".screen")];
  const sized = new ResizeObserver((entries) => entries.forEach((each) => fit(each.target)));
  const coming = new IntersectionObserver((entries) => entries.forEach((each) => each.isIntersecting && fill(each.target)), { rootMargin: near });
  const leaving = new IntersectionObserver((entries) => entries.forEach((each) => each.isIntersecting || printing || each.target.replaceChildren()), { rootMargin: far });
  for (const screen of screens) {
    sized.observe(screen);
    coming.observe(screen);
    leaving.observe(screen);
  }

  for (const ask of document.querySelectorAll(".ask"))
    ask.addEventListener("click", () => {
      ask.closest("article").querySelector(".views").hidden = false;
      ask.parentElement.remove();
    });

  const filter = document.getElementById("filter");
  const only = document.getElementById("only-findings");
  const left = document.getElementById("left");
  const articles = [...document.querySelectorAll("article")];
  const items = new Map([...document.querySelectorAll("nav li")].map((item) => [item.dataset.of, item]));

  function choose() {
    const wanted = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const article of articles) {
      const fits = wanted.every((word) => article.dataset.words.includes(word)) && (!only.checked || article.dataset.findings !== "0");
      article.hidden = !fits;
      items.get(article.id).hidden = !fits;
      shown += fits;
    }
    left.textContent = wanted.length || only.checked ? `${shown} of ${articles.length} shown` : "";
    document.getElementById("none").hidden = shown > 0 || articles.length === 0;
  }

  filter.addEventListener("input", choose);
  only.addEventListener("change", choose);
  for (const name of ["desktop", "phone", "light", "dark"]) {
    const box = document.getElementById(`show-${name}`);
    const apply = () => document.body.classList.toggle(`no-${name}`, !box.checked);
    box.addEventListener("change", apply);
    apply();
  }
  choose();

  document.getElementById("print").addEventListener("click", async () => {
    printing = true;
    const shown = screens.filter((screen) => screen.offsetParent !== null);
    await Promise.all(shown.map(fill));
    window.print();
    printing = false;
  });

  /* The list follows what is being read. */
  const here = new IntersectionObserver(
    (entries) => {
      for (const each of entries) {
        const link = items.get(each.target.id).firstElementChild;
        if (each.isIntersecting) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-30% 0px -60% 0px" },
  );
  articles.forEach((article) => here.observe(article));
})();
