use super::*;

/// Objects that can be read from their beginning only.
#[derive(Debug)]
struct Sequential(MemoryObjects);

impl ObjectStore for Sequential {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> Future<'a, Box<dyn Body>> {
        self.0.get(bucket, key)
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
}

#[tokio::test]
async fn parts_of_a_version_are_read() {
    let content: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let store =
        MemoryObjects::new()
            .object("b", "k", "the last version")
            .version("b", "k", "v1", content.clone());
    let version = Version {
        store: &store,
        version: "v1",
    };
    assert_eq!(version.size("b", "k").await, Ok(200_000));
    assert_eq!(
        version.part("b", "k", 150_000, 7).await,
        Ok(content[150_000..150_007].to_vec())
    );
    let missing = Version {
        store: &store,
        version: "v2",
    };
    assert!(matches!(
        missing.size("b", "k").await,
        Err(ObjectError::NoSuchVersion { .. })
    ));
}

async fn parts_are_read_of(store: &dyn ObjectStore, content: &[u8]) {
    assert_eq!(store.size("b", "k").await, Ok(content.len() as u64));
    for (start, length) in [(0, 0), (0, 3), (70_000, 70_000), (199_990, 10), (200_000, 0)] {
        let part = store.part("b", "k", start as u64, length as u64).await.unwrap();
        assert!(part == content[start..start + length], "{length} from {start}");
    }
    assert!(store.part("b", "k", 199_990, 11).await.is_err());
    assert!(matches!(
        store.size("b", "missing").await,
        Err(ObjectError::NoSuchKey { .. })
    ));
    assert!(matches!(
        store.part("b", "missing", 0, 1).await,
        Err(ObjectError::NoSuchKey { .. })
    ));
}

#[tokio::test]
async fn parts_of_objects_are_read_from_every_store() {
    let content: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let memory = MemoryObjects::new()
        .object("b", "k", content.clone())
        .object("b", "k2", "another");
    parts_are_read_of(&memory, &content).await;
    parts_are_read_of(&Sequential(memory), &content).await;
    let base = std::env::temp_dir().join(format!("asl-parts-{}", std::process::id()));
    std::fs::create_dir_all(base.join("b")).unwrap();
    std::fs::write(base.join("b/k"), &content).unwrap();
    parts_are_read_of(&FolderObjects::new(&base), &content).await;
    std::fs::remove_dir_all(base).unwrap();
    #[cfg(feature = "object-store")]
    {
        let store = std::sync::Arc::new(object_store::memory::InMemory::new());
        let cloud = CloudObjects::new().bucket("b", store);
        cloud.put("b", "k", content.clone()).await.unwrap();
        parts_are_read_of(&cloud, &content).await;
    }
}
