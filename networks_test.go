package sallyport

import (
	"strings"
	"testing"
)

func networkList(change string) string {
	line := `{"name":"oslo","network":"192.0.2.0/24","country":"NO","confidence":"medium","evidence":{"kind":"lease","reference":"L-1"}}`
	if from, to, ok := strings.Cut(change, "=>"); ok {
		line = strings.Replace(line, from, to, 1)
	}
	return `{"networks":[` + line + `]}`
}

func TestDecodeNetworks(t *testing.T) {
	if _, err := DecodeNetworks([]byte(networkList(""))); err != nil {
		t.Fatal(err)
	}
	for change, want := range map[string]string{
		"192.0.2.0/24=>192.0.2.1/24": "first address", "192.0.2.0/24=>0.0.0.0/0": "too large", "192.0.2.0/24=>2001:db8::/16": "first address", "192.0.2.0/24=>oslo": "not CIDR",
		"192.0.2.0/24=>::ffff:192.0.2.0/120": "first address", `"NO"=>"no"`: "ISO 3166-1", "medium=>high": "high", "medium=>": "confidence", `"oslo"=>"Oslo office"`: "network name",
		`"lease"=>""`: "evidence", `"L-1"=>""`: "evidence", `"country"=>"land"`: "network list", `}}=>}},{}`: "CIDR", "2001=>": "",
	} {
		_, err := DecodeNetworks([]byte(networkList(change)))
		if want == "" {
			continue
		}
		if err == nil || CodeOf(err) == Internal || !strings.Contains(err.Error()+Hint(err), want) {
			t.Errorf("%s: %v, want %q", change, err, want)
		}
	}
	twice := strings.Replace(networkList(""), "]}", ","+strings.TrimSuffix(strings.TrimPrefix(networkList(""), `{"networks":[`), "]}")+"]}", 1)
	if _, err := DecodeNetworks([]byte(twice)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a network twice: %v", err)
	}
}

// Whatever a list holds, an address is placed in a network that contains it, or nowhere.
func FuzzNetworks(f *testing.F) {
	f.Add([]byte(networkList("")), "192.0.2.7")
	f.Add([]byte(networkList("192.0.2.0/24=>2001:db8::/48")), "2001:db8::1")
	f.Add([]byte(`{"networks":[]}`), "::ffff:192.0.2.7")
	f.Fuzz(func(t *testing.T, b []byte, address string) {
		n, err := DecodeNetworks(b)
		if err != nil {
			return
		}
		found, ok := n.At(address)
		if named, there := n.Named(found.Name); ok && (!there || named != found || !ValidCountry(found.Country) || found.Confidence == "high") {
			t.Fatalf("%q is in %+v", address, found)
		}
	})
}
