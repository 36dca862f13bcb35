//! Flows that look wrong and are not: each must compile.

include!("../flow/shared/types.rs");

/// A machine for each definition, with the same tasks.
macro_rules! accepted {
    ($($module:ident = $file:literal $(, $argument:meta)*;)*) => {
        $(
            asl!(mod $module = $file);

            #[tasks(input = Order $(, $argument)*)]
            impl $module::Tasks for Shop {
                async fn reserve(&self, _: Order) -> Result<Reservation, TaskError> {
                    Ok(reservation())
                }

                async fn charge(&self, payment: Payment) -> Result<Receipt, TaskError> {
                    Ok(receipt(&payment))
                }
            }
        )*
    };
}

accepted! {
    guard_is_present = "flow/guard_is_present.asl.json";
    guard_is_present_route = "flow/guard_is_present_route.asl.json";
    guard_is_absent_first = "flow/guard_is_absent_first.asl.json";
    guard_or_absent = "flow/guard_or_absent.asl.json";
    guard_not_present = "flow/guard_not_present.asl.json";
    guard_is_numeric = "flow/guard_is_numeric.asl.json";
    guard_is_null = "flow/guard_is_null.asl.json";
    loop_builds_up = "flow/loop_builds_up.asl.json";
    loop_counts = "flow/loop_counts.asl.json";
    loop_sets_it_later = "flow/loop_sets_it_later.asl.json";
    loop_nests = "flow/loop_nests.asl.json";
    catcher_joins = "flow/catcher_joins.asl.json";
    one_route_sets_it = "flow/one_route_sets_it.asl.json";
    one_route_makes_it_a_number = "flow/one_route_makes_it_a_number.asl.json";
    legacy_map = "flow/legacy_map.asl.json";
    map_over_its_input = "flow/map_over_its_input.asl.json";
    map_item_in_its_states = "flow/map_item_in_its_states.asl.json";
    map_in_a_map = "flow/map_in_a_map.asl.json";
    map_of_which_all_fail = "flow/map_of_which_all_fail.asl.json";
    parallel_results = "flow/parallel_results.asl.json";
    parallel_that_fails = "flow/parallel_that_fails.asl.json";
    anywhere_below = "flow/anywhere_below.asl.json";
    filtered = "flow/filtered.asl.json";
    slices = "flow/slices.asl.json";
    result_dropped = "flow/result_dropped.asl.json";
    input_replaced_by_nothing = "flow/input_replaced_by_nothing.asl.json";
    member_replaced = "flow/member_replaced.asl.json";
    members_created = "flow/members_created.asl.json";
    text_becomes_json = "flow/text_becomes_json.asl.json";
    text_as_timestamp = "flow/text_as_timestamp.asl.json";
    number_as_seconds = "flow/number_as_seconds.asl.json";
    surplus_fields = "flow/surplus_fields.asl.json";
    optional_into_required = "flow/optional_into_required.asl.json";
    word_of_the_enum = "flow/word_of_the_enum.asl.json";
    variable_of_one_route = "flow/variable_of_one_route.asl.json";
    context_as_it_is = "flow/context_as_it_is.asl.json";
    invoked_lambda = "flow/invoked_lambda.asl.json";
    result_into_an_option = "flow/result_into_an_option.asl.json";
    result_into_a_result = "flow/result_into_a_result.asl.json";
    result_into_an_element = "flow/result_into_an_element.asl.json";
    result_by_token = "flow/result_by_token.asl.json";
    unreachable_after_failure = "flow/unreachable_after_failure.asl.json";
    unchecked_state = "flow/unchecked_state.asl.json", unchecked(state = "Charge");
    unchecked_path = "flow/unchecked_path.asl.json", unchecked(state = "X", path = "$.id.value");
    unchecked_field = "flow/unchecked_field.asl.json", unchecked(state = "Charge", field = "Parameters");
    unchecked_result_path = "../flow/result_path_on_a_string.asl.json", unchecked(state = "Y", path = "$.y");
    unchecked_machine = "flow/unchecked_machine.asl.json", unchecked;
}

/// The input of `charge` takes no members that it does not know.
mod strict {
    use super::*;

    #[derive(Deserialize, Shape)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Payment {
        amount: f64,
        #[serde(alias = "buyer")]
        customer: String,
        note: Option<String>,
    }

    accepted! {
        known_fields = "flow/strict/known_fields.asl.json";
        surplus_on_one_route = "flow/strict/surplus_on_one_route.asl.json";
        surplus_removed = "flow/strict/surplus_removed.asl.json";
        surplus_of_any_json = "flow/strict/surplus_of_any_json.asl.json";
    }

    fn receipt(payment: &Payment) -> Receipt {
        super::receipt(&super::Payment {
            amount: payment.amount,
            customer: payment.customer.clone(),
            note: payment.note.clone(),
        })
    }
}

/// The same in JSONata.
mod jsonata {
    use super::*;

    accepted! {
        guard_exists = "flow/jsonata/guard_exists.asl.json";
        guard_exists_in_a_choice = "flow/jsonata/guard_exists_in_a_choice.asl.json";
        guard_type = "flow/jsonata/guard_type.asl.json";
        guard_and = "flow/jsonata/guard_and.asl.json";
        guard_else = "flow/jsonata/guard_else.asl.json";
        undefined_in_text = "flow/jsonata/undefined_in_text.asl.json";
        undefined_in_an_object = "flow/jsonata/undefined_in_an_object.asl.json";
        undefined_compared = "flow/jsonata/undefined_compared.asl.json";
        option_into_required = "flow/jsonata/option_into_required.asl.json";
        one_item_or_many = "flow/jsonata/one_item_or_many.asl.json";
        items_kept_an_array = "flow/jsonata/items_kept_an_array.asl.json";
        first_item = "flow/jsonata/first_item.asl.json";
        items_mapped = "flow/jsonata/items_mapped.asl.json";
        items_joined = "flow/jsonata/items_joined.asl.json";
        objects_of_items = "flow/jsonata/objects_of_items.asl.json";
        merged_input = "flow/jsonata/merged_input.asl.json";
        chained_functions = "flow/jsonata/chained_functions.asl.json";
        own_function_of_a_known_name = "flow/jsonata/own_function_of_a_known_name.asl.json";
        either_kind = "flow/jsonata/either_kind.asl.json";
        parsed_text = "flow/jsonata/parsed_text.asl.json";
        quotient_may_be_text = "flow/jsonata/quotient_may_be_text.asl.json";
        names_in_back_quotes = "flow/jsonata/names_in_back_quotes.asl.json";
        wildcards = "flow/jsonata/wildcards.asl.json";
        loop_collects = "flow/jsonata/loop_collects.asl.json";
        group_of_nothing = "flow/jsonata/group_of_nothing.asl.json";
        group_with_computed_keys = "flow/jsonata/group_with_computed_keys.asl.json";
        own_function_of_two_kinds = "flow/jsonata/own_function_of_two_kinds.asl.json";
        own_function_that_calls_itself = "flow/jsonata/own_function_that_calls_itself.asl.json";
        own_function_with_a_signature = "flow/jsonata/own_function_with_a_signature.asl.json";
        own_function_sees_where_it_is_bound = "flow/jsonata/own_function_sees_where_it_is_bound.asl.json";
        functions_composed = "flow/jsonata/functions_composed.asl.json";
        reduced_to_an_object = "flow/jsonata/reduced_to_an_object.asl.json";
        reduced_without_a_start = "flow/jsonata/reduced_without_a_start.asl.json";
        each_member_of_a_type = "flow/jsonata/each_member_of_a_type.asl.json";
        single_of_a_choice = "flow/jsonata/single_of_a_choice.asl.json";
        unchecked_as_written = "flow/jsonata/unchecked_as_written.asl.json",
            unchecked(state = "Reserve", path = "$states.result . items[ sku='a' ][0] . quantiy"),
            unchecked(state = "Reserve", path = "$exists($states.input.customer.name) ? $states.result.token : $states.result.items[0].sku");
        unchecked_undefined = "flow/jsonata/unchecked_undefined.asl.json", unchecked(state = "After", path = "$states.input.note");
    }
}

fn reservation() -> Reservation {
    Reservation {
        token: "t".to_owned(),
        total: 9.5,
        items: vec![Item {
            sku: "s".to_owned(),
            quantity: 1,
        }],
    }
}

fn receipt(payment: &Payment) -> Receipt {
    let declined = payment.amount > 100.0 || payment.customer.is_empty() || payment.note.is_some();
    Receipt {
        status: if declined {
            Status::Declined
        } else {
            Status::Approved
        },
        reference: None,
    }
}

fn order() -> Order {
    Order {
        id: "1".to_owned(),
        order_date: "2030-01-01T00:00:00Z".to_owned(),
        customer: Customer {
            name: "Ann".to_owned(),
            address: None,
        },
    }
}

/// The declared input, and an output that comes from no single task.
#[tokio::test]
async fn runs_on_its_input_type() {
    let done: one_route_sets_it::Output<Shop> = loop_counts::run(&Shop, &order()).await.unwrap();
    assert_eq!(
        done.get("counter").and_then(|counter| counter.get("n")),
        Some(&5.into())
    );
    let done: asl_runtime::Value = parallel_results::run(&Shop, &order()).await.unwrap();
    assert_eq!(done.get("y").and_then(|y| y.get("n")), Some(&9.5.into()));
}
