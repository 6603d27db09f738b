//! Routes: the paths that an endpoint answers, such as `/orders/{id}`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// A route: segments that are either given or, in braces, any. Two routes are equal if they answer the same paths, so
/// that `/orders/{id}` equals `/orders/{order}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(Box<str>),
    /// Its name is for readers only.
    Parameter,
}

/// What keeps a text from being a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteError {
    /// What is wrong, lower case without a full stop.
    pub wrong: &'static str,
    /// Which part of the text, in bytes.
    pub at: Range<usize>,
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wrong)
    }
}

impl std::error::Error for RouteError {}

impl Route {
    /// Reads a route. It begins with `/`; its segments are those of RFC 3986, section 3.3, or a name in braces.
    ///
    /// # Errors
    /// What is wrong with the first part that is.
    pub fn parse(text: &str) -> Result<Self, RouteError> {
        let Some(path) = text.strip_prefix('/') else {
            return Err(RouteError { wrong: "a route begins with `/`", at: 0..text.len() });
        };
        let mut start = 1;
        let mut segments = Vec::new();
        for segment in path.split('/') {
            segments.push(Segment::parse(segment, start)?);
            start += segment.len() + 1;
        }
        Ok(Self(segments))
    }

    /// Whether a path, without its query, is one of these. A parameter stands for one segment that is not empty.
    pub fn matches(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix('/') else { return false };
        let mut asked = path.split('/');
        self.0.iter().all(|own| asked.next().is_some_and(|asked| own.matches(asked)))
            && asked.next().is_none()
    }

    /// Orders routes so that, of those that answer the same path, the one to prefer comes first: where they first
    /// differ in kind, it has a given segment and the other a parameter.
    pub fn by_specificity(&self, other: &Self) -> Ordering {
        self.0.iter().map(Segment::is_parameter).cmp(other.0.iter().map(Segment::is_parameter))
    }
}

impl Segment {
    /// Reads a segment that begins at `start` of the route.
    fn parse(segment: &str, start: usize) -> Result<Self, RouteError> {
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        {
            return Ok(Self::Parameter);
        }
        for (index, char) in segment.char_indices() {
            let hex = |at: usize| segment.as_bytes().get(index + at).is_some_and(u8::is_ascii_hexdigit);
            let wrong = match char {
                'a'..='z' | 'A'..='Z' | '0'..='9' => continue,
                // The rest of the unreserved characters, the sub-delimiters, and the two that only paths have.
                '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '='
                | ':' | '@' => continue,
                '%' if hex(1) && hex(2) => continue,
                '%' => "a `%` in a route is followed by two hexadecimal digits",
                '{' | '}' => "a parameter is a whole segment with a name, such as `{id}`",
                '?' => "a route has no query",
                '#' => "a route has no fragment",
                _ => "a route holds no such character; percent-encode it",
            };
            return Err(RouteError { wrong, at: start + index..start + index + char.len_utf8() });
        }
        Ok(Self::Literal(segment.into()))
    }

    fn is_parameter(&self) -> bool {
        *self == Self::Parameter
    }

    fn matches(&self, asked: &str) -> bool {
        match self {
            Self::Literal(own) => **own == *asked,
            Self::Parameter => !asked.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(text: &str) -> Route {
        Route::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_path_matches_segment_by_segment() {
        for (pattern, path, matches) in [
            ("/", "/", true),
            ("/", "/orders", false),
            ("/", "", false),
            ("/orders", "/orders", true),
            ("/orders", "/orders/", false),
            ("/orders/", "/orders", false),
            ("/orders/{id}", "/orders/7", true),
            ("/orders/{id}", "/orders/", false),
            ("/orders/{id}", "/orders/7/lines", false),
            ("/orders/{id}/lines", "/orders/7/lines", true),
            ("/orders/{id}/lines", "/orders/7", false),
            ("/a%20b/c:d@e;f=g", "/a%20b/c:d@e;f=g", true),
        ] {
            assert_eq!(route(pattern).matches(path), matches, "{pattern} {path}");
        }
    }

    #[test]
    fn names_of_parameters_make_no_difference() {
        assert_eq!(route("/orders/{id}"), route("/orders/{order_id}"));
        assert_ne!(route("/orders/{id}"), route("/orders/id"));
    }

    #[test]
    fn what_is_given_goes_before_what_may_be_anything() {
        let mut routes = ["/{a}/{b}", "/{a}/x", "/users/{b}", "/users/me"].map(route);
        routes.sort_by(Route::by_specificity);
        assert_eq!(routes, ["/users/me", "/users/{b}", "/{a}/x", "/{a}/{b}"].map(route));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, wrong, part) in [
            ("orders", "begins with `/`", "orders"),
            ("", "begins with `/`", ""),
            ("/orders?all", "no query", "?"),
            ("/orders#top", "no fragment", "#"),
            ("/my orders", "no such character", " "),
            ("/é", "no such character", "é"),
            ("/100%", "two hexadecimal digits", "%"),
            ("/%2", "two hexadecimal digits", "%"),
            ("/orders/x{id}", "a whole segment", "{"),
            ("/orders/{}", "a whole segment", "{"),
            ("/orders/{a b}", "a whole segment", "{"),
        ] {
            let error = Route::parse(text).unwrap_err();
            assert!(error.wrong.contains(wrong), "{text}: {error}");
            assert_eq!(&text[error.at], part, "{text}");
        }
    }
}
