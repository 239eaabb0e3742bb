// Turns every textarea[data-editor] into an editor (Tiptap, out of django-prose-editor's bundle). The server says what is
// allowed and cleans whatever it is given (documents/markup.py); this file only makes writing pleasant. Nothing is styled
// inline: the content security policy forbids it.
"use strict";

const tools = document.getElementById("editor-tools");
const ALIGNED = { center: "centre", right: "right", justify: "justify" };
const WORD_LIST = /mso-list:\s*l(\d+)\s+level(\d+)/i;

// --- what is pasted ------------------------------------------------------------------------------

function look(element) {
  return (element.getAttribute("data-look") || "").toLowerCase().replace(/\s+/g, " ");
}

function alignment(element) {
  const said = [...element.classList, element.getAttribute("align") || "", (/text-align: ?(\w+)/.exec(look(element)) || [])[1]];
  const found = said.map((word) => (word === "centre" ? "center" : (word || "").toLowerCase()));
  return found.find((word) => word in ALIGNED) || null;
}

function wrapped(element, tag) {
  const inner = element.ownerDocument.createElement(tag);
  inner.append(...element.childNodes);
  element.append(inner);
}

function takeMarks(page) {
  for (const element of page.querySelectorAll("[data-look]")) {
    const said = look(element);
    if (/^(b|strong)$/i.test(element.tagName) && /font-weight: ?(normal|400)/.test(said)) {
      element.replaceWith(...element.childNodes);
      continue;
    }
    if (!/^(span|font|a|p|td|th|li)$/i.test(element.tagName)) continue;
    if (/font-weight: ?(bold|[6-9]00)/.test(said)) wrapped(element, "strong");
    if (/font-style: ?italic/.test(said)) wrapped(element, "em");
    if (/text-decoration[^;]*underline/.test(said) && element.tagName !== "A") wrapped(element, "u");
    if (/text-decoration[^;]*line-through/.test(said)) wrapped(element, "s");
    if (/vertical-align: ?super/.test(said)) wrapped(element, "sup");
    if (/vertical-align: ?sub/.test(said)) wrapped(element, "sub");
  }
}

// Word writes lists as paragraphs that say "list 1, level 2" and carry their own number or dot.
function takeLists(page) {
  let open = []; // the lists that go on: [{list, level}]
  for (const line of [...page.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const said = WORD_LIST.exec(look(line));
    if (!said || !line.isConnected) {
      if (line.textContent.trim()) open = [];
      continue;
    }
    const level = Math.min(Number(said[2]), 6);
    const sign = [...line.querySelectorAll("span")].find((span) => /mso-list: ?ignore/.test(look(span)));
    const mark = (sign ? sign.textContent : "").trim();
    if (sign) sign.remove();
    const numbered = /^\(?([0-9]+|[a-zđ]|[ivx]+)[.)]/i.test(mark);
    while (open.length && open.at(-1).level > level) open.pop();
    let here = open.at(-1);
    if (!here || here.level < level) {
      const list = page.createElement(numbered ? "ol" : "ul");
      const first = /^\(?(\d+)/.exec(mark);
      if (numbered && first && first[1] !== "1") list.setAttribute("start", first[1]);
      if (here) here.list.lastElementChild.append(list);
      else line.before(list);
      here = { list, level };
      open.push(here);
    }
    const item = page.createElement("li");
    const words = page.createElement("p");
    words.append(...line.childNodes);
    item.append(words);
    here.list.append(item);
    line.remove();
  }
}

function takeHeadings(page) {
  for (const title of page.querySelectorAll("p.MsoTitle")) rename(title, "h1");
  if (!page.querySelector("h1")) return;
  for (const level of [3, 2, 1]) page.querySelectorAll(`h${level}`).forEach((heading) => rename(heading, `h${level + 1}`));
}

function rename(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) other.setAttribute(name, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

// Styles come as data-look, so that the policy has nothing to refuse.
function pasted(html) {
  const plain = html
    .replace(/<(style|script|xml|head)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style)\s*=/gi, " data-look=").replace(/\son[a-z]+\s*=/gi, " data-none="));
  const page = new DOMParser().parseFromString(plain, "text/html");
  takeLists(page);
  takeMarks(page);
  takeHeadings(page);
  for (const element of page.querySelectorAll("[data-look], [align]")) {
    const side = alignment(element);
    element.removeAttribute("data-look");
    if (side) element.className = ALIGNED[side];
  }
  return page.body.innerHTML;
}

// Pictures are not kept (documents/markup.py). Word and Excel send one beside the words, as a file: that is no loss.
const PICTURE = /<(img|picture|svg|v:imagedata)[\s/>]/i;

function onlyPictures(sent) {
  const html = sent ? sent.getData("text/html") : "";
  const files = sent ? [...sent.files] : [];
  return files.some((file) => file.type.startsWith("image/")) && (!html || PICTURE.test(html));
}

// --- the editor ----------------------------------------------------------------------------------

function extensions(E) {
  const Align = E.TextAlign.extend({
    addGlobalAttributes() {
      const textAlign = {
        default: null,
        parseHTML: alignment,
        renderHTML: ({ textAlign: side }) => (side in ALIGNED ? { class: ALIGNED[side] } : {}),
      };
      return [{ types: this.options.types, attributes: { textAlign } }];
    },
  });
  const Link = E.Link.extend({
    addKeyboardShortcuts() {
      return { "Mod-k": () => this.editor.view.dom.dispatchEvent(new CustomEvent("editor:link")) };
    },
  });
  return [
    E.Document, E.Text, E.Paragraph, E.Heading.configure({ levels: [2, 3, 4] }), E.Bold, E.Italic, E.Underline, E.Strike,
    E.Subscript, E.Superscript, E.HardBreak, E.BulletList, E.OrderedList, E.ListItem, E.Blockquote, E.Table, E.TableRow,
    E.TableHeader, E.TableCell, E.UndoRedo, E.Gapcursor, E.TrailingNode,
    Align.configure({ types: ["paragraph", "heading"], alignments: Object.keys(ALIGNED) }),
    Link.configure({ enableTarget: false, protocols: [], defaultProtocol: "https", isAllowedUri: (address) => /^(https?:|mailto:)/i.test(address) }),
  ];
}

const DEEDS = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  underline: (chain) => chain.toggleUnderline(),
  strike: (chain) => chain.toggleStrike(),
  subscript: (chain) => chain.unsetSuperscript().toggleSubscript(),
  superscript: (chain) => chain.unsetSubscript().toggleSuperscript(),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  indent: (chain) => chain.sinkListItem("listItem"),
  outdent: (chain) => chain.liftListItem("listItem"),
  left: (chain) => chain.unsetTextAlign(),
  center: (chain) => chain.setTextAlign("center"),
  right: (chain) => chain.setTextAlign("right"),
  justify: (chain) => chain.setTextAlign("justify"),
  table: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
  plain: (chain) => chain.unsetAllMarks().unsetTextAlign(),
  addRow: (chain) => chain.addRowAfter(),
  addColumn: (chain) => chain.addColumnAfter(),
  deleteRow: (chain) => chain.deleteRow(),
  deleteColumn: (chain) => chain.deleteColumn(),
  headRow: (chain) => chain.toggleHeaderRow(),
  merge: (chain) => chain.mergeCells(),
  split: (chain) => chain.splitCell(),
  deleteTable: (chain) => chain.deleteTable(),
};
const SIDES = ["center", "right", "justify"];
const KINDS = {
  paragraph: (chain) => chain.clearNodes(),
  2: (chain) => chain.clearNodes().setHeading({ level: 2 }),
  3: (chain) => chain.clearNodes().setHeading({ level: 3 }),
  4: (chain) => chain.clearNodes().setHeading({ level: 4 }),
  quote: (chain) => chain.clearNodes().setBlockquote(),
};

function isOn(editor, deed) {
  if (deed === "left") return !SIDES.some((side) => editor.isActive({ textAlign: side }));
  return SIDES.includes(deed) ? editor.isActive({ textAlign: deed }) : editor.isActive(deed);
}

function begin(E, area) {
  const written = area.value !== area.defaultValue; // typed before we came, or brought back by the browser
  if (written && !area.value.startsWith("<")) return; // words without tags stay in the plain area, which keeps them
  const wasHere = document.activeElement === area;
  const bar = tools.content.firstElementChild.cloneNode(true);
  const frame = document.createElement("div");
  frame.className = "editor";
  area.before(frame);
  frame.append(bar, area);
  const sayPictures = () => { bar.querySelector("[data-pictures]").hidden = false; };
  let leaving = false; // Esc was pressed: the next Tab leaves the text instead of moving within a table or list

  const editor = new E.Editor({
    element: frame,
    injectCSS: false,
    extensions: extensions(E),
    content: written ? area.value : area.dataset.editor,
    editorProps: {
      attributes: attributesOf(area),
      transformPastedHTML(html) {
        if (PICTURE.test(html)) sayPictures();
        return pasted(html);
      },
      handlePaste(view, event) {
        if (onlyPictures(event.clipboardData)) sayPictures();
        return false;
      },
      handleDrop(view, event) {
        if (!onlyPictures(event.dataTransfer)) return false;
        event.preventDefault(); // else the browser would open the picture in place of the page
        sayPictures();
        return true;
      },
      handleKeyDown(view, event) {
        const wasLeaving = leaving;
        leaving = event.key === "Escape" || (wasLeaving && event.key === "Shift");
        if (event.key === "Tab" && wasLeaving) {
          event.stopPropagation();
          return leave(view, event);
        }
        if (event.key === "F10" && event.altKey) {
          bar.querySelector("[tabindex='0']").focus();
          return true;
        }
        return false;
      },
    },
    onUpdate() {
      area.value = editor.getHTML();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });

  named(area, editor.view.dom);
  toolbar(bar, editor);
  if (wasHere) editor.commands.focus("end");
}

function leave(view, event) {
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, [contenteditable], [tabindex='0']")]
    .filter((stop) => stop.tabIndex >= 0 && stop.getClientRects().length);
  const next = stops[stops.indexOf(view.dom) + (event.shiftKey ? -1 : 1)];
  if (!next) return false;
  event.preventDefault();
  next.focus();
  return true;
}

function attributesOf(area) {
  const given = { role: "textbox", "aria-multiline": "true", lang: "vi", id: area.id };
  for (const name of ["aria-describedby", "aria-invalid"]) if (area.hasAttribute(name)) given[name] = area.getAttribute(name);
  return given;
}

// The editor takes the place of the area: its id (links of the error summary lead there), its label, its hint.
function named(area, surface) {
  const label = document.querySelector(`label[for="${area.id}"]`);
  const hint = document.getElementById(`${area.id}-h`);
  if (label) {
    label.id = `${area.id}-l`;
    surface.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => surface.focus());
  }
  if (hint) hint.textContent = tools.dataset.hint;
  surface.dataset.rows = area.rows > 12 ? "many" : "few";
  area.removeAttribute("id");
  area.hidden = true;
}

function toolbar(bar, editor) {
  const keys = [...bar.querySelectorAll("[data-do]")];
  const kind = bar.querySelector("[data-kind]");
  const ofTable = bar.querySelector("[data-table]");
  const linking = bar.querySelector("[data-linking]");
  const address = linking.querySelector("input");
  const stops = () => [...bar.querySelectorAll("[data-kind], [data-do], [data-link]")].filter((stop) => stop.getClientRects().length);
  bar.setAttribute("aria-controls", editor.view.dom.id);

  // The editor's own focus() waits for the next frame, and what is typed until then would be lost.
  const within = () => {
    editor.view.focus();
    return editor.chain();
  };
  for (const key of keys) {
    key.addEventListener("click", () => DEEDS[key.dataset.do](within()).run());
  }
  kind.addEventListener("change", () => KINDS[kind.value](within()).run());
  bar.querySelector("[data-link]").addEventListener("click", ask);
  editor.view.dom.addEventListener("editor:link", ask);
  linking.querySelector("[data-set]").addEventListener("click", setLink);
  linking.querySelector("[data-unset]").addEventListener("click", () => {
    linking.hidden = true;
    within().extendMarkRange("link").unsetLink().run();
  });
  linking.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === address) {
      event.preventDefault();
      setLink();
    } else if (event.key === "Escape") {
      linking.hidden = true;
      editor.view.focus();
    }
  });

  function ask() {
    linking.hidden = false;
    address.value = editor.getAttributes("link").href || "https://";
    address.removeAttribute("aria-invalid");
    linking.querySelector("[data-wrong]").hidden = true;
    address.focus();
  }

  function setLink() {
    const href = address.value.trim();
    if (!/^(https?:\/\/|mailto:)[^\s<>"]+$/i.test(href)) {
      address.setAttribute("aria-invalid", "true");
      linking.querySelector("[data-wrong]").hidden = false;
      address.focus();
      return;
    }
    linking.hidden = true;
    const chain = within().extendMarkRange("link");
    if (editor.state.selection.empty && !editor.isActive("link")) {
      chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
    } else chain.setLink({ href }).run();
  }

  // One stop for the Tab key; the arrows move within (WAI-ARIA toolbar).
  bar.addEventListener("keydown", (event) => {
    if (linking.contains(event.target)) return;
    const all = stops();
    const place = all.indexOf(event.target);
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || place < 0) return;
    event.preventDefault();
    visit(all[(next + all.length) % all.length]).focus();
  });
  function visit(stop) {
    for (const other of bar.querySelectorAll("[data-kind], [data-do], [data-link]")) other.tabIndex = other === stop ? 0 : -1;
    return stop;
  }
  bar.addEventListener("focusin", (event) => stops().includes(event.target) && visit(event.target));
  visit(kind);

  function show() {
    for (const key of keys) {
      if (key.hasAttribute("aria-pressed")) key.setAttribute("aria-pressed", String(isOn(editor, key.dataset.do)));
    }
    const level = [2, 3, 4].find((number) => editor.isActive("heading", { level: number }));
    kind.value = level ? String(level) : editor.isActive("blockquote") ? "quote" : "paragraph";
    ofTable.hidden = !editor.isActive("table");
    const hidden = bar.querySelector("[tabindex='0']");
    if (!hidden || !hidden.getClientRects().length) visit(kind);
  }
  editor.on("transaction", show);
  show();
}

async function start() {
  const areas = [...document.querySelectorAll("textarea[data-editor]:not([data-refused])")];
  if (!tools || !areas.length) return;
  const E = await import(tools.dataset.package);
  for (const area of areas) begin(E, area);
  document.documentElement.dataset.editors = "ready";
}

start();
