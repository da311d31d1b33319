//! A client for live container registries that reads only what costs need: tags, manifests,
//! configs, and layers only when asked.
