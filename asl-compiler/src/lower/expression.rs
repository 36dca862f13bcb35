//! JSONata: fields with expressions.

use super::Lowering;
use crate::{
    ir::{self, Json},
    jsonata::{self, literal},
    syntax::{
        block::{Block, Value},
        expression::Expression,
        template::Template,
    },
};

impl Lowering<'_> {
    /// A field of any JSON with expressions in it. `place` is the way from the state to the block: `Catch[0]/`.
    pub(super) fn value(&mut self, block: &Block<'_>, place: &str, field: &str) -> Option<ir::Template> {
        let template = block.template(field)?;
        let name = format!("{place}{field}");
        Some(match template {
            // Errors about the kind of the value quote the expression, even if that is a literal.
            Template::Expression(expression) if matches!(field, "Items" | "Arguments") => {
                ir::Template::Expression(self.resolved(expression, name))
            }
            _ => self.query(template, &name),
        })
    }

    /// A field that is an expression. Elsewhere it may be a literal.
    pub(super) fn expression(
        &mut self,
        block: &Block<'_>,
        place: &str,
        field: &str,
    ) -> Option<Box<ir::Expression>> {
        let expression = block.expression(field)?;
        Some(self.resolved(expression, format!("{place}{field}")))
    }

    /// `Condition` of a rule.
    pub(super) fn condition(&mut self, rule: &Block<'_>, place: &str) -> Option<ir::Condition> {
        if let Some(Value::Boolean(literal)) = rule.value("Condition") {
            return Some(ir::Condition::Literal(*literal));
        }
        let expression = self.expression(rule, place, "Condition")?;
        Some(ir::Condition::Expression(expression))
    }

    /// JSON with expressions in it. `field` is where it stands, as the service names it.
    pub(super) fn query(&mut self, template: &Template<'_>, field: &str) -> ir::Template {
        match template {
            Template::Constant(node) => ir::Template::Constant(node.to_json()),
            Template::Object(_, members) => {
                let members = members.iter().map(|member| {
                    let value = self.query(&member.value, &format!("{field}/{}", member.name));
                    (member.name.to_owned(), value)
                });
                ir::Template::Object(members.collect())
            }
            Template::Array(elements) => {
                let elements = elements.iter().enumerate();
                let elements =
                    elements.map(|(index, element)| self.query(element, &format!("{field}[{index}]")));
                ir::Template::Array(elements.collect())
            }
            Template::Expression(expression) => match literal(&expression.tree) {
                Some(json) => ir::Template::Constant(json),
                None => ir::Template::Expression(self.resolved(expression, field.to_owned())),
            },
            // JSONata has none of these.
            Template::Path(_) | Template::Call(_) | Template::Invalid => ir::Template::Constant(Json::Null),
        }
    }

    fn resolved(&mut self, expression: &Expression<'_>, field: String) -> Box<ir::Expression> {
        for name in jsonata::variables(&expression.tree) {
            self.variable(name);
        }
        let (range, string, start) = expression.places.string();
        Box::new(ir::Expression {
            field,
            text: expression.text.to_owned(),
            tree: expression.tree.clone(),
            written: ir::Written {
                place: self.places.of(range.start),
                string: string.to_owned(),
                start,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Source, compile,
        ir::{Json, Kind, Machine, Template, Test},
    };

    fn machine(states: &str) -> Machine {
        let source = Source {
            path: "test.asl.json".to_owned(),
            text: format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{{states}}}}}"#),
        };
        compile(&source).unwrap_or_else(|problems| panic!("{}", problems.render(&source)))
    }

    fn output(output: &str) -> Template {
        let state =
            format!(r#""A": {{"Type": "Pass", "Assign": {{"x": 1}}, "Output": {output}, "End": true}}"#);
        machine(&state).states.remove(0).output.unwrap()
    }

    #[test]
    fn expressions_know_where_they_stand() {
        let Template::Object(members) = output(r#"{"a.$": 1, "b": [0, {"c": "{%  $x %}"}]}"#) else {
            panic!("no object")
        };
        assert!(matches!(&members[0], (key, Template::Constant(Json::Integer(1))) if key == "a.$"));
        let (_, Template::Array(elements)) = &members[1] else {
            panic!("no array")
        };
        let Template::Object(members) = &elements[1] else {
            panic!("no object")
        };
        let Template::Expression(expression) = &members[0].1 else {
            panic!("no expression")
        };
        assert_eq!((&*expression.field, &*expression.text), ("Output/b[1]/c", "$x"));
    }

    #[test]
    fn fields_of_rules_and_catchers_say_which() {
        let states = r#"
            "A": {"Type": "Choice", "Choices": [
                {"Condition": true, "Next": "B"},
                {"Condition": "{% $states.input.x %}", "Output": {"v": "{% $states.input %}"}, "Next": "B"}]},
            "B": {"Type": "Task", "Resource": "r", "End": true, "Catch": [
                {"ErrorEquals": ["X"], "Next": "A", "Assign": {"e": "{% $states.errorOutput %}"}}]}"#;
        let machine = machine(states);
        let Kind::Choice { rules, .. } = &machine.states[0].kind else {
            panic!("no choice")
        };
        let shown = format!(
            "{:?}",
            (
                &rules[1].test,
                &rules[1].output,
                &machine.states[1].catch[0].assign
            )
        );
        for field in [
            "\"Choices[1]/Condition\"",
            "\"Choices[1]/Output/v\"",
            "\"Catch[0]/Assign/e\"",
        ] {
            assert!(shown.contains(field), "{field}: {shown}");
        }
        assert!(matches!(
            rules[0].test,
            Test::Condition(crate::ir::Condition::Literal(true))
        ));
    }

    #[test]
    fn literals_are_not_evaluated() {
        for (text, json) in [
            ("{% 'a' %}", Json::String("a".to_owned())),
            ("{% 2.0 %}", Json::Integer(2)),
            ("{% -1 %}", Json::Integer(-1)),
            ("{% 2.5 %}", Json::Float(2.5)),
            // As doubles are, but without a fraction.
            ("{% 9007199254740993 %}", Json::Integer(9_007_199_254_740_992)),
            ("{% 1e18 %}", Json::Integer(1_000_000_000_000_000_000)),
            ("{% 1e19 %}", Json::Float(1e19)),
            ("{% [] %}", Json::Array(Vec::new())),
            (
                "{% {'a': [null, true]} %}",
                Json::Object(vec![(
                    "a".to_owned(),
                    Json::Array(vec![Json::Null, Json::Bool(true)]),
                )]),
            ),
        ] {
            assert!(
                matches!(output(&format!("{text:?}")), Template::Constant(found) if found == json),
                "{text}"
            );
        }
        for text in [
            "{% {'a': 1, 'a': 2} %}",
            "{% [1..2] %}",
            "{% -$x %}",
            "{% 'a'[0] %}",
        ] {
            assert!(
                matches!(output(&format!("{text:?}")), Template::Expression(_)),
                "{text}"
            );
        }
    }
}
