//! The built-in functions, called as the compiler calls them.

mod arrays;
mod aws;
mod numbers;
mod objects;
mod strings;
mod support;
mod table;
mod time;
