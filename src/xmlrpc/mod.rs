//! The XML-RPC door: bytes to calls, one file for each method, values and faults back to bytes.
