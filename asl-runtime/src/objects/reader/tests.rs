use futures_util::FutureExt;

use super::*;
use crate::json;
use crate::objects::{Future, MemoryObjects};

pub(super) fn read(reader: ItemReader, store: &dyn ObjectStore) -> Result<Vec<ReadItem>, String> {
    read_version(reader, None, store)
}

pub(super) fn read_version(
    reader: ItemReader,
    version: Option<&str>,
    store: &dyn ObjectStore,
) -> Result<Vec<ReadItem>, String> {
    let source = ItemSource {
        reader,
        bucket: "b".to_owned(),
        key: "k".to_owned(),
        version: version.map(str::to_owned),
        jsonata: false,
    };
    let all = async {
        let mut reader = Reader::open(store, &source).await?;
        let mut items = Vec::new();
        while let Some(item) = reader.next(store).await? {
            items.push(item);
        }
        Ok::<_, ObjectError>(items)
    };
    all.now_or_never().unwrap().map_err(|error| error.to_string())
}

fn values(format: ItemFormat, content: &str) -> Result<Vec<Value>, String> {
    // In chunks of every small size, so that each place is once at the end of one.
    let whole = read(
        ItemReader::Object(format),
        &MemoryObjects::new().object("b", "k", content),
    );
    for size in 1..8 {
        let store = Slow {
            content: content.as_bytes().to_vec(),
            size,
        };
        assert_eq!(
            read(ItemReader::Object(format), &store),
            whole,
            "in chunks of {size}"
        );
    }
    Ok(whole?.into_iter().map(|item| item.value).collect())
}

/// One object, given in chunks of a certain size.
#[derive(Debug, Clone)]
struct Slow {
    content: Vec<u8>,
    size: usize,
}

impl ObjectStore for Slow {
    fn get<'a>(&'a self, _: &'a str, _: &'a str) -> Future<'a, Box<dyn Body>> {
        let body: Box<dyn Body> = Box::new(self.clone());
        Box::pin(async { Ok(body) })
    }
    fn put<'a>(&'a self, _: &'a str, _: &'a str, _: Vec<u8>) -> Future<'a, ()> {
        Box::pin(async { Ok(()) })
    }
    fn list<'a>(&'a self, _: &'a str, _: &'a str, _: Option<&'a str>) -> Future<'a, Vec<ObjectEntry>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

impl Body for Slow {
    fn chunk(&mut self) -> Future<'_, Option<Vec<u8>>> {
        let size = self.size.min(self.content.len());
        let chunk: Vec<u8> = self.content.drain(..size).collect();
        Box::pin(async { Ok((!chunk.is_empty()).then_some(chunk)) })
    }
}

const JSON: ItemFormat = ItemFormat::Json { pointer: None };

const CSV: ItemFormat = ItemFormat::Csv {
    delimiter: b',',
    headers: None,
};

const fn at(pointer: &'static str) -> ItemFormat {
    ItemFormat::Json {
        pointer: Some(pointer),
    }
}

#[test]
fn elements_of_an_array() {
    let text = " [1, \"a,]\\\"b\", [2, {\"x\": \"}\"}] ,null,-1.5e3, {} ] ";
    assert_eq!(
        values(JSON, text),
        Ok(vec![
            json!(1),
            json!("a,]\"b"),
            json!([2, {"x": "}"}]),
            json!(null),
            json!(-1500.0),
            json!({})
        ])
    );
    assert_eq!(values(JSON, "[]"), Ok(vec![]));
    assert_eq!(values(JSON, "\u{feff}[true]"), Ok(vec![json!(true)]));
}

#[test]
fn members_of_an_object() {
    let store = MemoryObjects::new().object("b", "k", r#"{"a": 1, "b\n": {"c": [2]}}"#);
    let items = read(ItemReader::Object(JSON), &store).unwrap();
    assert_eq!(items[0].key.as_deref(), Some("a"));
    assert_eq!(items[1].key.as_deref(), Some("b\n"));
    assert_eq!(items[1].value, json!({"c": [2]}));
    assert_eq!(&*items[1].source, "S3://b/k");
}

#[test]
fn items_pointer_leads_into_the_document() {
    let text = r#"{"skip": [{"a": 1}, "x"], "a/b": {"~": [[0], [1, 2]]}, "scalar": 5}"#;
    assert_eq!(values(at("/a~1b/~0/1"), text), Ok(vec![json!(1), json!(2)]));
    assert_eq!(values(at("/skip"), text), Ok(vec![json!({"a": 1}), json!("x")]));
    assert_eq!(values(at(""), "[1]"), Ok(vec![json!(1)]));
    let no_match =
        "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";
    for pointer in ["/none", "/a~1b/~0/2", "/scalar/x", "skip"] {
        assert_eq!(values(at(pointer), text), Err(no_match.to_owned()), "{pointer}");
    }
    assert_eq!(
        values(at("/scalar"), text),
        Err("Attempting to map over non-iterable node.".to_owned())
    );
}

#[test]
fn broken_json_is_refused() {
    for text in ["[1 2]", "[1,", "[tru]", "{\"a\" 1}", "[1,]", "{1: 2}"] {
        let error = values(JSON, text).unwrap_err();
        assert!(error.starts_with("The JSON cannot be read"), "{text}: {error}");
    }
    for text in ["", "5", "\"[]\""] {
        assert_eq!(
            values(JSON, text),
            Err("Attempting to map over non-iterable node.".to_owned())
        );
    }
}

#[test]
fn lines_of_json() {
    assert_eq!(
        values(ItemFormat::JsonLines, "{\"a\": 1}\r\n\n  [2]\n\"x\""),
        Ok(vec![json!({"a": 1}), json!([2]), json!("x")])
    );
    assert!(values(ItemFormat::JsonLines, "1\n{\n}").is_err());
}

#[test]
fn rows_of_csv() {
    assert_eq!(
        values(CSV, "a,b\n1,2,3\r\n\n4\n,\n \n"),
        Ok(vec![
            json!({"a": "1", "b": "2"}),
            json!({"a": "4", "b": ""}),
            json!({"a": "", "b": ""}),
            json!({"a": " ", "b": ""}),
        ])
    );
    assert_eq!(values(CSV, "a,b\n"), Ok(vec![]));
    assert_eq!(values(CSV, ""), Ok(vec![]));
}

#[test]
fn quotes_and_backslashes_of_csv() {
    let text = concat!(
        "a,b\n",
        "\"x,\n\"\"y\"\"\",\"\"\n",
        "1\\,2,\\\"q\\\\\n",
        "\"\\\"in\\n\",a\"b\n",
    );
    assert_eq!(
        values(CSV, text),
        Ok(vec![
            json!({"a": "x,\n\"y\"", "b": ""}),
            json!({"a": "1,2", "b": "\"q\\"}),
            json!({"a": "\"inn", "b": "a\"b"}),
        ])
    );
}

#[test]
fn headers_of_csv() {
    let given = ItemFormat::Csv {
        delimiter: b'|',
        headers: Some(&["x", "y"]),
    };
    assert_eq!(values(given, "1|2,3"), Ok(vec![json!({"x": "1", "y": "2,3"})]));
    assert_eq!(values(CSV, "a,\n1,2"), Ok(vec![json!({"a": "1", "": "2"})]));
    let duplicates = "CSV headers cannot contain duplicates.".to_owned();
    assert_eq!(values(CSV, "a,b,a\n1,2,3"), Err(duplicates.clone()));
    let given = ItemFormat::Csv {
        delimiter: b',',
        headers: Some(&["x", "x"]),
    };
    assert_eq!(values(given, ""), Err(duplicates));
}

#[test]
fn listings_follow_their_pages() {
    let mut store = MemoryObjects::new().object("b", "other", "");
    for index in 0..2_500 {
        store = store.object("b", format!("k/{index:04}"), "abc");
    }
    let items = read(ItemReader::Listing, &store).unwrap();
    assert_eq!(items.len(), 2_500);
    assert_eq!(
        items[2_499].value,
        json!({
            "Etag": "\"900150983cd24fb0d6963f7d28e17f72\"",
            "Key": "k/2499",
            "LastModified": 0.0,
            "Size": 3,
            "StorageClass": "STANDARD"
        })
    );
    assert_eq!(&*items[0].source, "S3://b");
}

#[test]
fn times_in_listings_depend_on_the_query_language() {
    let entry = || ObjectEntry {
        key: "k".to_owned(),
        size: 3,
        last_modified: crate::Timestamp::from_millis(1_700_000_000_999),
        etag: "e".to_owned(),
    };
    let text = |jsonata| listed(entry(), jsonata)["LastModified"].to_string();
    assert_eq!(text(false), "1700000000.0");
    assert_eq!(text(true), "1700000000");
}

#[test]
fn listed_objects_are_read_one_after_the_other() {
    let store = MemoryObjects::new()
        .object("b", "k/", "")
        .object("b", "k/1", "[1, 2]")
        .object("b", "k/2", "[]")
        .object("b", "k/3", "[3]");
    let items = read(ItemReader::ListedObjects(JSON), &store).unwrap();
    let found: Vec<(Value, &str)> = items
        .iter()
        .map(|item| (item.value.clone(), &*item.source))
        .collect();
    assert_eq!(
        found,
        [
            (json!(1), "S3://b/k/1"),
            (json!(2), "S3://b/k/1"),
            (json!(3), "S3://b/k/3")
        ]
    );
}

#[test]
fn manifests_name_objects() {
    let manifest = r#"{"destinationBucket": "arn:aws:s3:::inventory", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size", "files": [{"key": "1.csv"}, {"key": "2.csv"}]}"#;
    let store = MemoryObjects::new()
        .object("b", "k", manifest)
        .object("inventory", "1.csv", "\"x\",\"a.txt\",\"1\"\n")
        .object("inventory", "2.csv", "\"x\",\"b.txt\",\"2\"\n");
    let items = read(ItemReader::Inventory, &store).unwrap();
    assert_eq!(
        items[1].value,
        json!({"Bucket": "x", "Key": "b.txt", "Size": "2"})
    );

    let store = MemoryObjects::new()
        .object("b", "k", "s3://data/1.jsonl\ns3://data/2.jsonl\n")
        .object("data", "1.jsonl", "1\n2\n")
        .object("data", "2.jsonl", "3\n");
    let items = read(ItemReader::AthenaData(ItemFormat::JsonLines), &store).unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(&*items[2].source, "S3://data/2.jsonl");
}

#[test]
fn a_version_is_read_in_the_place_of_the_last() {
    let store = MemoryObjects::new()
        .object("b", "k", "[1]")
        .version("b", "k", "v1", "[2, 3]");
    let json = ItemReader::Object(ItemFormat::Json { pointer: None });
    let values = |version| {
        let items = read_version(json, version, &store)?;
        Ok::<_, String>(items.into_iter().map(|item| item.value).collect::<Vec<_>>())
    };
    assert_eq!(values(None), Ok(vec![json!(1)]));
    assert_eq!(values(Some("v1")), Ok(vec![json!(2), json!(3)]));
    let error = "The specified version does not exist: b/k, version v2";
    assert_eq!(values(Some("v2")), Err(error.to_owned()));

    // What a manifest names is of its last version.
    let store = MemoryObjects::new()
        .version("b", "k", "v1", "s3://b/data")
        .object("b", "data", "1\n2");
    let athena = ItemReader::AthenaData(ItemFormat::JsonLines);
    assert_eq!(
        read_version(athena, Some("v1"), &store).map(|items| items.len()),
        Ok(2)
    );
    assert!(read_version(athena, None, &store).is_err());

    // Most stores have no versions.
    let slow = Slow {
        content: b"[1]".to_vec(),
        size: 1,
    };
    let error = "The specified version does not exist: b/k, version v1";
    assert_eq!(read_version(json, Some("v1"), &slow), Err(error.to_owned()));
}

#[test]
fn headers_of_csv_have_a_limit() {
    let csv = |headers| ItemFormat::Csv {
        delimiter: b',',
        headers,
    };
    let (longest, longer) = ("a".repeat(10 << 10), "a".repeat((10 << 10) + 1));
    assert_eq!(
        values(csv(None), &format!("{longest}\n1")).map(|rows| rows.len()),
        Ok(1)
    );
    let error = Err("CSV headers cannot be longer than 10 KiB.".to_owned());
    assert_eq!(values(csv(None), &format!("{longer}\n1")), error);
}

#[test]
fn what_is_not_there_is_told() {
    let store = MemoryObjects::new().bucket("b");
    assert_eq!(
        read(ItemReader::Object(JSON), &store),
        Err("The specified key does not exist: b/k".to_owned())
    );
    assert_eq!(
        read(ItemReader::Listing, &MemoryObjects::new()),
        Err("The specified bucket does not exist: b".to_owned())
    );
}

#[cfg(not(feature = "parquet"))]
#[test]
fn formats_may_need_a_feature() {
    let store = MemoryObjects::new().object("b", "k", "PAR1");
    assert_eq!(
        read(ItemReader::Object(ItemFormat::Parquet), &store),
        Err("Parquet objects need the feature \"parquet\" of asl-runtime.".to_owned())
    );
}

#[test]
fn inventories_in_orc_are_refused() {
    let manifest = r#"{"destinationBucket": "arn:aws:s3:::inventory", "fileFormat": "ORC", "fileSchema": "struct<key:string>",
        "files": [{"key": "1.orc"}]}"#;
    assert_eq!(
        read(
            ItemReader::Inventory,
            &MemoryObjects::new().object("b", "k", manifest)
        ),
        Err("Inventories in the format ORC cannot be read by this runtime.".to_owned())
    );
}

#[cfg(feature = "zstd")]
#[test]
fn frames_of_zstandard_are_unpacked() {
    let text = format!("[{}1]", "7777, ".repeat(100_000));
    // Two frames, the first of which ends within a chunk.
    let mut packed = zstd::encode_all(&text.as_bytes()[..1000], 0).unwrap();
    packed.extend(zstd::encode_all(&text.as_bytes()[1000..], 0).unwrap());
    for size in [1, 5, 1 << 20] {
        let content = packed.clone();
        let items = read(ItemReader::Object(JSON), &Slow { content, size }).unwrap();
        assert_eq!(items.len(), 100_001);
    }
    packed.truncate(packed.len() - 1);
    let cut = Slow {
        content: packed,
        size: 64,
    };
    assert_eq!(
        read(ItemReader::Object(JSON), &cut),
        Err("ZSTD: it ends too early".to_owned())
    );
}

#[cfg(feature = "gzip")]
#[test]
fn packed_objects_are_unpacked() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"[1, 2, 3]").unwrap();
    let store = Slow {
        content: packed.finish().unwrap(),
        size: 5,
    };
    let items = read(ItemReader::Object(JSON), &store).unwrap();
    assert_eq!(items.len(), 3);
}
