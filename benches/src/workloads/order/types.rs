//! The types of the order's tasks.

use asl_runtime::Native;

/// The types, native ones if `Native` is among what they derive.
macro_rules! types {
    ($($native:ident)?) => {
        use serde::{Deserialize, Serialize};

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        #[serde(rename_all = "camelCase")]
        pub struct Order {
            pub order_id: String,
            pub customer: Customer,
            pub items: Vec<Item>,
            pub total: f64,
            pub currency: String,
            pub card: String,
        }

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Customer {
            pub name: String,
            pub email: String,
            pub address: String,
        }

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        pub struct Item {
            pub sku: String,
            pub qty: u32,
            pub price: f64,
        }

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        #[serde(rename_all = "camelCase")]
        pub struct Payment {
            pub ok: bool,
            pub order_id: String,
            pub card: String,
            pub amount: f64,
            pub currency: String,
        }

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        #[serde(rename_all = "camelCase")]
        pub struct Inventory {
            pub ok: bool,
            pub order_id: String,
            pub items: Vec<Item>,
        }

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        #[serde(rename_all = "camelCase")]
        pub struct Shipping {
            pub order_id: String,
            pub customer: Customer,
            pub items: Vec<Item>,
        }

        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        #[serde(rename_all = "camelCase")]
        pub struct Confirmation {
            pub order_id: String,
            pub email: String,
            pub paid: f64,
        }

        /// The machine's output: the order with what the tasks gave.
        #[derive(Debug, Clone, Serialize, Deserialize $(, $native)?)]
        #[serde(rename_all = "camelCase")]
        pub struct Completed {
            pub order_id: String,
            pub customer: Customer,
            pub items: Vec<Item>,
            pub total: f64,
            pub currency: String,
            pub card: String,
            pub payment: Payment,
            pub inventory: Inventory,
            pub shipping: Shipping,
            pub confirmation: Confirmation,
        }
    };
}

types!(Native);

/// Those of which JSON is made.
pub mod plain {
    types!();
}
