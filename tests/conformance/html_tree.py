"""HTML as the tree that a browser makes of it, for comparing what two servers write."""

import html5lib

# What stands between these, or at their edges, is white space that no browser shows.
BLOCKS = {"DOCUMENT_FRAGMENT", "blockquote", "p"}
WHITE_SPACE = " \t\n\r"


def tree(html):
    """Nested tuples of a fragment: equal for HTML that readers and scripts cannot tell apart."""
    return _node(html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False))


def _node(element):
    if not isinstance(element.tag, str):
        return ("<!-- -->", element.text)
    return (element.tag, tuple(sorted(element.attrib.items())), tuple(_children(element)))


def _children(element):
    children = []
    _add_text(children, element.text)
    for child in element:
        children.append(_node(child))
        _add_text(children, child.tail)
    if element.tag in BLOCKS:
        children = _without_white_space(children)
    return children


def _add_text(children, text):
    if not text:
        return
    if children and isinstance(children[-1], str):
        children[-1] += text
    else:
        children.append(text)


def _without_white_space(children):
    if children and isinstance(children[0], str):
        children[0] = children[0].lstrip(WHITE_SPACE)
    if children and isinstance(children[-1], str):
        children[-1] = children[-1].rstrip(WHITE_SPACE)
    at_a_block = [not isinstance(child, str) and child[0] in BLOCKS for child in children]
    return [
        child
        for at, child in enumerate(children)
        if child != "" and not (isinstance(child, str) and not child.strip(WHITE_SPACE) and any(at_a_block[max(at - 1, 0) : at + 2]))
    ]
