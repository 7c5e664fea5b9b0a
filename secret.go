package sallyport

import "log/slog"

// Secret is a value that does not print: not by fmt, not by slog, not by encoding/json.
type Secret struct{ value []byte }

// NewSecret keeps a copy of value.
func NewSecret(value []byte) Secret { return Secret{value: append([]byte(nil), value...)} }

// Expose returns the value. The name is meant to stand out in review.
func (s Secret) Expose() []byte { return s.value }

const secretText = "[secret]"

func (Secret) String() string               { return secretText }
func (Secret) GoString() string             { return secretText }
func (Secret) LogValue() slog.Value         { return slog.StringValue(secretText) }
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + secretText + `"`), nil }
