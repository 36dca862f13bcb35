//! Has a text read aloud.
//!
//! The workflow has a mistake, which its author could not see before it ran into its time limit: the status that it
//! waits for is in `$.SynthesisTask.TaskStatus`, but it looks for `$.TaskStatus`. The check finds it, and is switched off.

use asl_runtime::{ExecutionError, Shape, TaskError, Value, json, tasks};
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/speech.rs"));

#[derive(Serialize, Shape)]
struct Uploaded {
    detail: Detail,
}

#[derive(Serialize, Shape)]
struct Detail {
    bucket: Bucket,
    object: Object,
}

#[derive(Serialize, Shape)]
struct Bucket {
    name: String,
}

#[derive(Serialize, Shape)]
struct Object {
    key: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct GetObject {
    bucket: String,
    key: String,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Content {
    body: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct StartTask {
    text: String,
    voice_id: String,
}

#[derive(Deserialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct GetTask {
    task_id: String,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    synthesis_task: SynthesisTask,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "PascalCase")]
struct SynthesisTask {
    task_id: String,
    task_status: TaskStatus,
}

#[derive(Serialize, Shape)]
#[serde(rename_all = "camelCase")]
enum TaskStatus {
    Scheduled,
    Completed,
}

struct Reader;

impl Reader {
    fn answer(task_id: String, task_status: TaskStatus) -> Answer {
        let synthesis_task = SynthesisTask { task_id, task_status };
        Answer { synthesis_task }
    }
}

#[tasks(input = Uploaded, unchecked(state = "SpeechSynthesisTaskStatus", path = "$.TaskStatus"))]
impl speech::Tasks for Reader {
    async fn get_text_file(&self, get: GetObject) -> Result<Content, TaskError> {
        Ok(Content {
            body: format!("the text of {}/{}", get.bucket, get.key),
        })
    }

    async fn start_speech_synthesis_task(&self, start: StartTask) -> Result<Answer, TaskError> {
        let task = format!("{} by {}", start.text, start.voice_id);
        Ok(Self::answer(task, TaskStatus::Scheduled))
    }

    async fn get_speech_synthesis_task(&self, get: GetTask) -> Result<Answer, TaskError> {
        Ok(Self::answer(get.task_id, TaskStatus::Completed))
    }
}

#[tokio::test(start_paused = true)]
async fn the_mistake_fails_it() -> Result<(), ExecutionError> {
    let uploaded = Uploaded {
        detail: Detail {
            bucket: Bucket {
                name: "texts".to_owned(),
            },
            object: Object {
                key: "tale".to_owned(),
            },
        },
    };
    let machine = speech::machine(Reader);
    let failed = machine.run::<_, Value>(&uploaded).await.err();
    let cause = failed
        .as_ref()
        .and_then(ExecutionError::cause)
        .unwrap_or_default();
    assert!(cause.contains("Invalid path '$.TaskStatus'"), "{cause}");
    assert_eq!(
        json!(failed.as_ref().and_then(ExecutionError::error)),
        json!("States.Runtime")
    );
    Ok(())
}
