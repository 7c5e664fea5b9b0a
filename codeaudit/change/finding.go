package change

// Finding is something about a repository that a person must know before they believe a result: an object that is missing,
// a shallow boundary, a configuration that would have run a program, an artifact that is not its tag.
type Finding struct {
	Repo   string `json:"repo"`
	Kind   string `json:"kind"`             // a stable word, such as missing-object, shallow, graft, replace-ref
	Object string `json:"object,omitempty"` // hash, ref or path it is about
	Text   string `json:"text"`             // one sentence: what was found and what was done about it
	// Weight orders: 1 first rank (content may be hidden from the audit), 2 the result is incomplete, 3 to know.
	Weight int `json:"weight"`
}
