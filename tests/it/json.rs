//! JSON: what is read and written, held against what serde_json itself reads and writes.

use proptest::prelude::*;
use serde_json::{Value, json};
use weft::json::{Kind, Map, parse, push_text};

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1e7..1e7).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 12, |inner| {
        let fields = prop::collection::vec(("[a-d\"é]{0,3}", inner.clone()), 0..14);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            fields.prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into())
        ]
    })
}

/// What a text is read as, or why not: the kind, the sentence and the place.
type Outcome = Result<String, (Kind, String, usize, usize)>;

/// What our reader makes of a text, as the library writes it, and what the library does: where two shortest numbers are equally near, each
/// may write the other one.
fn both(text: &str) -> (Outcome, Outcome) {
    let rewritten = |value: weft::json::Value| serde_json::from_str::<Value>(&value.to_string()).unwrap().to_string();
    let own = parse(text).map(rewritten).map_err(|error| (error.kind(), error.message().to_owned(), error.line(), error.column()));
    let library = serde_json::from_str::<Value>(text).map(|value| value.to_string()).map_err(|error| {
        let kind = if error.is_eof() { Kind::Cut } else { Kind::Syntax };
        let whole = error.to_string();
        let said = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(said, _)| said);
        let said = if kind == Kind::Cut { "the text ends in the middle" } else { said };
        (kind, said.to_owned(), error.line(), error.column())
    });
    (own, library)
}

#[track_caller]
fn check(text: &str) {
    let (own, library) = both(text);
    assert_eq!(own, library, "{text}");
}

#[test]
fn texts_are_read_and_refused_as_by_the_library() {
    for text in [
        "",
        " ",
        "[",
        "[1",
        "[1,",
        "[1 ",
        "[,",
        "[1,]",
        "[1 2]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{1:2}",
        "{,}",
        "nul",
        "nulL",
        "truth",
        "falsy",
        "\"",
        "\"abc",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\ud800\\n\"",
        "\"\\udc00\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\\u0041\"",
        "\"a\tb\"",
        "\"a\nb\"",
        "-",
        "-a",
        "01",
        "-01",
        "1.",
        "1.a",
        "1e",
        "1e+",
        "1e+x",
        "-0",
        "0",
        "-0.0",
        "1E5",
        "1e400",
        "-1e400",
        "1e-400",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "1 2",
        "[] x",
        "\n\n [\n1,\n ?]",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "\u{feff}1",
        "5e-324",
        "1.7976931348623157e308",
        "123456789012345680.0",
        "0.000001",
        "0.00001",
        "1e16",
        "1e15",
        "+1",
        ".5",
        "NaN",
        "Infinity",
    ] {
        check(text);
    }
    check(&"[".repeat(200));
    check(&format!("{}{}", "[".repeat(127), "]".repeat(127)));
    check(&format!("{}{}", "[".repeat(128), "]".repeat(128)));
}

#[test]
fn large_objects_take_no_longer_for_each_field() {
    let fields: Map = (0u32..200_000).map(|number| (format!("key {number}"), number.into())).collect();
    let text = weft::json::Value::Object(fields).to_string();
    let read = parse(&text).unwrap();
    assert_eq!(read.get("key 199999"), Some(&199_999u32.into()));
    assert_eq!(read.as_object().unwrap().iter().filter(|(key, value)| read.get(key) == Some(value)).count(), 200_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_written_as_the_library_reads_them(value in any_value()) {
        let text = value.to_string();
        let own = parse(&text).unwrap();
        // Not the text: where two shortest numbers are equally near, each may write the other one.
        prop_assert_eq!(serde_json::from_str::<Value>(&own.to_string()).unwrap(), value.clone());
        prop_assert_eq!(own.to_string().len(), text.len());
        prop_assert_eq!(&parse(&own.to_string()).unwrap(), &own);
        let pretty = format!("{value:#}");
        prop_assert_eq!(parse(&pretty).unwrap(), own);
    }

    #[test]
    fn texts_are_escaped_as_by_the_library(text in any::<String>()) {
        let mut out = String::new();
        push_text(&mut out, &text);
        prop_assert_eq!(out, json!(text).to_string());
    }

    #[test]
    fn numbers_are_written_in_their_shortest_form(number in any::<f64>().prop_filter("JSON has finite numbers", |number| number.is_finite())) {
        let (own, library) = (weft::json::Value::from(number).to_string(), json!(number).to_string());
        prop_assert_eq!(own.len(), library.len(), "{} {}", &own, &library);
        prop_assert_eq!(own.parse(), Ok(number));
    }

    #[test]
    fn broken_texts_are_refused_as_by_the_library(value in any_value(), at in any::<prop::sample::Index>(), with in "[\\[\\]{}\",:0-9a-z\\\\ \n.+-]{0,2}") {
        let mut text = format!("{value:#}");
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = *at.get(&places);
        let end = text[at..].chars().next().map_or(at, |character| at + character.len_utf8());
        text.replace_range(at..end, &with);
        let (own, library) = both(&text);
        prop_assert_eq!(own, library, "{}", text);
    }
}
