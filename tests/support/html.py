"""A small reader of HTML: a tree of elements, and the forms that a browser without scripts could send."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    """An element with its attributes, its parent and its children (elements and strings)."""

    def __init__(self, name, attributes, parent):
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children = []

    def get(self, attribute, default=""):
        return self.attributes.get(attribute, default)

    @property
    def classes(self):
        return self.get("class").split()

    @property
    def text(self):
        """The text inside, with white space collapsed."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(parts).split())

    def walk(self):
        """All elements inside, in the order of the document."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def find_all(self, tag=None, **attributes):
        """The elements inside with this tag and these attributes (`id="x"`, `class_="y"`)."""
        wanted_class = attributes.pop("class_", None)
        for element in self.walk():
            if tag and element.name != tag:
                continue
            if wanted_class and wanted_class not in element.classes:
                continue
            if all(element.get(key, None) == value for key, value in attributes.items()):
                yield element

    def find(self, tag=None, **attributes):
        return next(self.find_all(tag, **attributes), None)

    def ancestor(self, name):
        element = self.parent
        while element is not None and element.name != name:
            element = element.parent
        return element


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {}, None)

    def handle_starttag(self, name, attributes):
        element = Element(name, {key: value or "" for key, value in attributes}, self.here)
        self.here.children.append(element)
        if name not in VOID:
            self.here = element

    def handle_startendtag(self, name, attributes):
        self.handle_starttag(name, attributes)
        if name not in VOID:
            self.handle_endtag(name)

    def handle_endtag(self, name):
        element = self.here
        while element is not None and element.name != name:
            element = element.parent
        if element is not None:
            self.here = element.parent

    def handle_data(self, text):
        self.here.children.append(text)


def parse(html):
    """The document as a tree; it never fails, as in a browser."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def label(button):
    """What a person reads on a button."""
    if button.name == "input":
        return button.get("value")
    return button.text


def buttons(tree):
    """The buttons that send a form."""
    for element in tree.walk():
        if element.name == "button" and element.get("type", "submit") == "submit":
            yield element
        if element.name == "input" and element.get("type") == "submit":
            yield element


def fields(document, form):
    """The fields that the form sends when nothing is typed or ticked."""
    owned = [e for e in document.walk() if e.ancestor("form") is form and not e.get("form", None)]
    if form.get("id"):
        owned += list(document.find_all(form=form.get("id")))
    values = {}
    for element in owned:
        kind = element.get("type", "text")
        if not element.get("name") or "disabled" in element.attributes:
            continue
        if element.name == "input" and kind in ("checkbox", "radio") and "checked" not in element.attributes:
            continue
        if element.name == "input" and kind not in ("submit", "button", "image"):
            values[element.get("name")] = element.get("value", "on" if kind == "checkbox" else "")
        if element.name == "textarea":
            values[element.get("name")] = element.text
        if element.name == "select":
            options = list(element.find_all("option"))
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            if chosen:
                values[element.get("name")] = chosen[0].get("value", chosen[0].text)
    return values


def owner(document, button):
    """The form that a button sends."""
    if button.get("form"):
        return document.find("form", id=button.get("form"))
    return button.ancestor("form")
