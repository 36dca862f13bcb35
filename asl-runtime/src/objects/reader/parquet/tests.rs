use futures_util::FutureExt;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::*;
use crate::json;
use crate::objects::{Body, Future, MemoryObjects, ObjectEntry};

/// A file with one row group a function, which fills it.
fn file(
    schema: &str,
    compression: Compression,
    groups: &[fn(&mut SerializedRowGroupWriter<'_, &mut Vec<u8>>)],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for fill in groups {
        let mut group = writer.next_row_group().unwrap();
        fill(&mut group);
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

/// Writes the next column: values, and where it is not required definition and repetition levels.
macro_rules! column {
    ($group:ident, $type:ty, $values:expr) => {
        column!($group, $type, $values, None, None)
    };
    ($group:ident, $type:ty, $values:expr, $definition:expr, $repetition:expr) => {
        let mut column = $group.next_column().unwrap().unwrap();
        column
            .typed::<$type>()
            .write_batch(&$values, $definition, $repetition)
            .unwrap();
        column.close().unwrap();
    };
}

fn open(store: &dyn ObjectStore) -> Result<ParquetItems, ObjectError> {
    let object = Object {
        bucket: "b".to_owned(),
        key: "k".to_owned(),
    };
    ParquetItems::open(store, object).now_or_never().unwrap()
}

fn read(store: &dyn ObjectStore) -> Result<Vec<Value>, ObjectError> {
    let mut items = open(store)?;
    let mut values = Vec::new();
    while let Some(item) = items.next(store).now_or_never().unwrap()? {
        values.push(item);
    }
    Ok(values)
}

fn stored(content: Vec<u8>) -> MemoryObjects {
    MemoryObjects::new().object("b", "k", content)
}

const NAMED: &str = "message m { required int64 n; optional binary name (UTF8); }";

fn first(group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>) {
    column!(group, Int64Type, [1, 2]);
    column!(group, ByteArrayType, [ByteArray::from("a")], Some(&[1, 0]), None);
}

fn second(group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>) {
    column!(group, Int64Type, [i64::MAX]);
    column!(group, ByteArrayType, [ByteArray::from("é")], Some(&[1]), None);
}

#[test]
fn rows_of_all_row_groups_are_objects() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        let store = stored(file(NAMED, compression, &[first, second]));
        assert_eq!(
            read(&store).unwrap(),
            [
                json!({"n": 1, "name": "a"}),
                json!({"n": 2, "name": null}),
                json!({"n": 9_223_372_036_854_775_807_i64, "name": "é"}),
            ],
            "{compression}"
        );
    }
    assert_eq!(
        read(&stored(file(NAMED, Compression::SNAPPY, &[]))),
        Ok(Vec::new())
    );
}

#[test]
fn inventories_may_be_in_parquet() {
    let manifest = r#"{"destinationBucket": "arn:aws:s3:::inventory", "fileFormat": "Parquet",
        "fileSchema": "message s3.inventory { }", "files": [{"key": "1.parquet"}, {"key": "2.parquet"}]}"#;
    let file = |fill| file(NAMED, Compression::SNAPPY, &[fill]);
    let store = MemoryObjects::new()
        .object("b", "k", manifest)
        .object("inventory", "1.parquet", file(first))
        .object("inventory", "2.parquet", file(second));
    let items = super::super::tests::read(crate::machine::ItemReader::Inventory, &store).unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[1].value, json!({"n": 2, "name": null}));
    assert_eq!(&*items[2].source, "S3://inventory/2.parquet");
}

#[test]
fn what_json_has_no_type_for_becomes_text() {
    let schema = "message m {
        required boolean truth;
        required int32 small (INT_8);
        required int32 decimal (DECIMAL(9, 2));
        required int64 whole (DECIMAL(18, 0));
        required int32 day (DATE);
        required int64 at (TIMESTAMP_MILLIS);
        required int64 exactly (TIMESTAMP_MICROS);
        required int32 clock (TIME_MILLIS);
        required float single;
        required double nothing;
        required binary bytes;
    }";
    let fill: fn(&mut SerializedRowGroupWriter<'_, &mut Vec<u8>>) = |group| {
        column!(group, BoolType, [true]);
        column!(group, Int32Type, [-7]);
        column!(group, Int32Type, [-1205]);
        column!(group, Int64Type, [12]);
        column!(group, Int32Type, [19_723]);
        column!(group, Int64Type, [1_704_067_200_123]);
        column!(group, Int64Type, [1_704_067_200_123_456]);
        column!(group, Int32Type, [3_661_007]);
        column!(group, FloatType, [0.1]);
        column!(group, DoubleType, [f64::NAN]);
        column!(group, ByteArrayType, [ByteArray::from(vec![0, 255])]);
    };
    let rows = read(&stored(file(schema, Compression::UNCOMPRESSED, &[fill]))).unwrap();
    assert_eq!(
        rows,
        [json!({
            "truth": true,
            "small": -7,
            "decimal": "-12.05",
            "whole": "12",
            "day": "2024-01-01",
            "at": "2024-01-01T00:00:00.123Z",
            "exactly": "2024-01-01T00:00:00.123456Z",
            "clock": "01:01:01.007",
            "single": 0.1,
            "nothing": null,
            "bytes": "AP8=",
        })]
    );
}

#[test]
fn lists_groups_and_maps_are_arrays_and_objects() {
    let schema = "message m {
        required group tags (LIST) { repeated group list { required int32 element; } }
        required group place { required int32 x; required int32 y; }
        required group sizes (MAP) { repeated group key_value { required binary key (UTF8); required int32 value; } }
    }";
    let fill: fn(&mut SerializedRowGroupWriter<'_, &mut Vec<u8>>) = |group| {
        column!(group, Int32Type, [1, 2], Some(&[1, 1, 0]), Some(&[0, 1, 0]));
        column!(group, Int32Type, [3, 5]);
        column!(group, Int32Type, [4, 6]);
        column!(
            group,
            ByteArrayType,
            [ByteArray::from("a"), ByteArray::from("b")],
            Some(&[1, 1, 0]),
            Some(&[0, 1, 0])
        );
        column!(group, Int32Type, [7, 8], Some(&[1, 1, 0]), Some(&[0, 1, 0]));
    };
    let rows = read(&stored(file(schema, Compression::SNAPPY, &[fill]))).unwrap();
    assert_eq!(
        rows,
        [
            json!({"tags": [1, 2], "place": {"x": 3, "y": 4}, "sizes": {"a": 7, "b": 8}}),
            json!({"tags": [], "place": {"x": 5, "y": 6}, "sizes": {}}),
        ]
    );
}

/// Objects that remember what was read of them.
#[derive(Debug)]
struct Counted(MemoryObjects, std::sync::Mutex<Vec<(u64, u64)>>);

impl ObjectStore for Counted {
    fn get<'a>(&'a self, _: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>> {
        Box::pin(async move { Err(ObjectError::Other(format!("{key} is read as a whole"))) })
    }
    fn put<'a>(&'a self, bucket: &'a str, key: &'a str, content: Vec<u8>) -> Future<'a, ()> {
        self.0.put(bucket, key, content)
    }
    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
        after: Option<&'a str>,
    ) -> Future<'a, Vec<ObjectEntry>> {
        self.0.list(bucket, prefix, after)
    }
    fn part<'a>(&'a self, bucket: &'a str, key: &'a str, start: u64, length: u64) -> Future<'a, Vec<u8>> {
        self.1.lock().unwrap().push((start, length));
        self.0.part(bucket, key, start, length)
    }
}

#[test]
fn row_groups_are_read_when_their_turn_comes() {
    let content = file(NAMED, Compression::SNAPPY, &[first, second]);
    let size = content.len() as u64;
    let store = Counted(stored(content), std::sync::Mutex::default());
    let parts = || store.1.lock().unwrap().clone();
    let mut items = open(&store).unwrap();
    assert_eq!(parts().len(), 2, "the trailer and the footer");
    assert_eq!(parts()[0], (size - 8, 8));
    for expected in [3, 3, 4, 4] {
        let item = items.next(&store).now_or_never().unwrap().unwrap();
        assert_eq!(parts().len(), expected, "before {item:?}");
    }
    let (groups, footer) = (&parts()[2..], parts()[1].0);
    assert!(groups[0].0 + groups[0].1 <= groups[1].0);
    assert!(groups[1].0 + groups[1].1 <= footer);
}

#[test]
fn broken_files_are_errors() {
    let content = file(NAMED, Compression::SNAPPY, &[first, second]);
    for end in 0..content.len() {
        assert!(
            read(&stored(content[..end].to_vec())).is_err(),
            "the first {end} bytes"
        );
    }
    // Whatever a byte becomes, there is an answer.
    for at in 0..content.len() {
        let mut broken = content.clone();
        broken[at] ^= 0x55;
        let _ = read(&stored(broken));
    }
    let mut large = content.clone();
    let length_at = large.len() - 8;
    large[length_at..length_at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = read(&stored(large)).unwrap_err().to_string();
    assert_eq!(
        error,
        "A footer of the Parquet is larger than the limit of 5242880 bytes."
    );
}
