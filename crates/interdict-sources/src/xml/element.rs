//! One element of a record, with a memory of what a source has looked at.

use std::cell::Cell;

use compact_str::CompactString;

/// An element with its attributes, text and children.
///
/// Names are local names, without namespace prefix. Reading marks what was read; [`Element::unread`]
/// lists the rest.
#[derive(Debug, Default)]
pub struct Element {
    name: CompactString,
    /// Attributes but for namespace declarations and those of `XMLSchema-instance`.
    attributes: Vec<Attribute>,
    text: String,
    children: Vec<Element>,
    byte: u64,
    seen: Cell<bool>,
}

#[derive(Debug)]
struct Attribute {
    name: CompactString,
    value: String,
    seen: Cell<bool>,
}

/// A text or attribute that no reader asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Names from the record's child down, joined by `/`; attributes as `element/@name`.
    pub path: String,
    /// The text.
    pub value: String,
    /// Byte at which the element starts.
    pub byte: u64,
}

impl Element {
    /// An element that stands in no XML file: a table's columns in the shape that the XML of the same
    /// list has, so that one reader serves both.
    pub(crate) fn made<'a>(
        name: &str,
        attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Element {
        let mut element = Element::new(name, 0);
        for (name, value) in attributes {
            element.push_attribute(name, value.to_owned());
        }
        element
    }

    /// Adds a child with text to an element that was [`Element::made`].
    pub(crate) fn with_text(mut self, name: &str, text: &str) -> Element {
        let mut child = Element::new(name, 0);
        child.push_text(text);
        self.push_child(child);
        self
    }

    /// Adds a child to an element that was [`Element::made`].
    pub(crate) fn with_child(mut self, child: Element) -> Element {
        self.push_child(child);
        self
    }

    pub(super) fn new(name: &str, byte: u64) -> Element {
        Element {
            name: name.into(),
            byte,
            ..Element::default()
        }
    }

    pub(super) fn push_attribute(&mut self, name: &str, value: String) {
        self.attributes.push(Attribute {
            name: name.into(),
            value,
            seen: Cell::new(false),
        });
    }

    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push_child(&mut self, child: Element) {
        self.children.push(child);
    }

    /// Bytes of name and attributes.
    pub(super) fn weight(&self) -> usize {
        let attributes = self.attributes.iter();
        self.name.len()
            + attributes
                .map(|a| a.name.len() + a.value.len())
                .sum::<usize>()
    }

    pub(super) fn holds_text(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// The local name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Byte of the decoded file at which the element starts; in files that are not UTF-8 the byte
    /// of the file turned into UTF-8.
    pub fn byte(&self) -> u64 {
        self.byte
    }

    /// Its own text without surrounding white space; empty if there is none. Marks it as read.
    pub fn text(&self) -> &str {
        self.seen.set(true);
        self.text.trim()
    }

    /// The value of an attribute, if present. Marks it as read.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|a| a.name == name)?;
        found.seen.set(true);
        Some(found.value.trim())
    }

    /// All attributes, name and value, in order. Marks them as read.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|a| {
            a.seen.set(true);
            (a.name.as_str(), a.value.trim())
        })
    }

    /// The first child of this name. Does not mark anything.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The children of this name, in order. Does not mark anything.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// All children, in order. Does not mark anything.
    pub fn children(&self) -> &[Element] {
        &self.children
    }

    /// Follows child names and gives the first element found that way.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |e, name| e.child(name))
    }

    /// The text of the first child of this name; `None` if it is missing or empty. Marks it as
    /// read.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(Element::text)
            .filter(|text| !text.is_empty())
    }

    /// The texts of the children of this name that have one, in order. Marks them as read.
    pub fn texts_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.children_named(name)
            .map(Element::text)
            .filter(|text| !text.is_empty())
    }

    /// Marks this element and everything below as read, for parts that a source leaves aside
    /// knowingly (its docs say which and why).
    pub fn skip(&self) {
        self.seen.set(true);
        for attribute in &self.attributes {
            attribute.seen.set(true);
        }
        for child in &self.children {
            child.skip();
        }
    }

    /// Texts and attributes nobody read, in document order. Elements without text or attributes
    /// say nothing and are not listed.
    pub fn unread(&self) -> Vec<Unread> {
        let mut out = Vec::new();
        self.collect_unread("", &mut out);
        out
    }

    fn collect_unread(&self, path: &str, out: &mut Vec<Unread>) {
        for attribute in &self.attributes {
            if !attribute.seen.get() && !attribute.value.trim().is_empty() {
                out.push(Unread {
                    path: join(path, &format!("@{}", attribute.name)),
                    value: attribute.value.trim().to_owned(),
                    byte: self.byte,
                });
            }
        }
        if !self.seen.get() && self.holds_text() {
            out.push(Unread {
                path: if path.is_empty() {
                    self.name.to_string()
                } else {
                    path.to_owned()
                },
                value: self.text.trim().to_owned(),
                byte: self.byte,
            });
        }
        for child in &self.children {
            child.collect_unread(&join(path, &child.name), out);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}
