//! The expressions that are measured.

/// An expression, in the forms of both sides.
pub struct Measured {
    /// What the table calls it.
    pub name: &'static str,
    /// As a state machine has it.
    pub ours: &'static str,
    /// The same with the state's input as its document, which `jsonata-core` can run on its virtual machine: a
    /// variable such as `$states` would keep it from that.
    pub theirs: &'static str,
}

/// All that are measured.
pub const MEASURED: [Measured; 5] = [
    Measured {
        name: "condition",
        ours: "$states.input.order.total > 100",
        theirs: "order.total > 100",
    },
    Measured {
        name: "sum of 10 products",
        ours: "$sum($states.input.items.(price * qty))",
        theirs: "$sum(items.(price * qty))",
    },
    Measured {
        name: "text of 4 parts",
        ours: "'Order ' & $states.input.order.id & ' for ' & $states.input.customer.name",
        theirs: "'Order ' & order.id & ' for ' & customer.name",
    },
    Measured {
        name: "object of 10 fields",
        ours: "{'id': $states.input.order.id, 'total': $states.input.order.total, 'currency': 'EUR', \
            'name': $states.input.customer.name, 'email': $states.input.customer.email, 'lines': $states.input.items, \
            'first': $states.input.items[0].sku, 'paid': true, 'retries': 0, 'tax': $states.input.order.total * 0.19}",
        theirs: "{'id': order.id, 'total': order.total, 'currency': 'EUR', 'name': customer.name, \
            'email': customer.email, 'lines': items, 'first': items[0].sku, 'paid': true, 'retries': 0, \
            'tax': order.total * 0.19}",
    },
    Measured {
        name: "$map over 1000 items",
        ours: "$map($states.input.items, function($item) { $item.price * $item.qty })",
        theirs: "$map(items, function($item) { $item.price * $item.qty })",
    },
];
