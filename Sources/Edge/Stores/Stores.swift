// Stores: what a run remembers in a file of SQLite, and the answers that file gives.
//
// In: batches of sessions, sightings, services and findings, as plain values. Out: the same, selected and counted.
// May import: Net, Inventory, Records, Threads, GRDB. Must never: look at packets, make the packet lane wait for a
// disk, decide what a service is or whether it may run.
//
// One process at a time writes sessions, on a thread of its own; any number read meanwhile. The schema is documented
// in docs/store.md: its views are a contract with people who use sqlite3 or a notebook.
