//! `enum State`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Context, docs};

/// The enum of states, with their names and indices.
pub fn state_enum(context: &Context<'_>) -> TokenStream {
    let count = Literal::usize_unsuffixed(context.names.len());
    let indices = 0..context.names.len();
    let variants = indices.clone().map(|index| context.camel(index));
    let all = indices.clone().map(|index| context.camel(index));
    let docs = indices.map(|index| {
        let title = format!("{}, {}.", context.title(index), context.place(index));
        docs::paragraphs([title.as_str(), context.comment(index).as_str()])
    });
    quote! {
        /// The states of the machine, those of branches and iterations included.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum State {
            #(#docs #variants,)*
        }

        impl State {
            /// All states, in the order of the definition.
            pub const ALL: [Self; #count] = [#(Self::#all),*];

            /// The exact name in the definition.
            pub const fn name(self) -> &'static str {
                STATES[self as usize].name
            }

            fn from_id(id: asl::StateId) -> Option<Self> {
                Self::ALL.get(usize::from(id)).copied()
            }
        }

        impl From<State> for asl::StateId {
            fn from(state: State) -> Self {
                state as Self
            }
        }

        impl From<State> for String {
            fn from(state: State) -> Self {
                Self::from(state.name())
            }
        }
    }
}
