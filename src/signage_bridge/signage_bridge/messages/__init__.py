"""Messages as plain values, by the JSON and CBOR rules of rosbridge; a message tells its own fields and their types."""
