//! State names that are no Rust identifiers, or are keywords.

use asl_runtime::{TaskError, asl, tasks};

asl!(mod r#match = "identifiers.asl.json");

struct Names;

#[tasks]
impl r#match::Tasks for Names {
    async fn r#type(&self) -> Result<Vec<String>, TaskError> {
        Ok(vec!["type".to_owned()])
    }

    async fn self_state(&self, mut names: Vec<String>) -> Result<Vec<String>, TaskError> {
        names.push("Self".to_owned());
        Ok(names)
    }

    async fn state_2nd_try(&self, names: Vec<String>) -> Result<Vec<String>, TaskError> {
        Ok(names)
    }

    async fn größe_prüfen(&self, names: Vec<String>) -> Result<Vec<String>, TaskError> {
        Ok(names)
    }

    async fn r#async(&self, names: Vec<String>) -> Result<usize, TaskError> {
        Ok(names.len())
    }
}

#[tokio::test]
async fn runs() {
    let count: usize = r#match::run(&Names, "input").await.unwrap();
    assert_eq!(count, 2);
}
