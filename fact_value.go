package sallyport

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Kinds of facts. The first five have one value per person; the others carry a key after a colon, so that each course,
// agreement and qualification has an evidence and an expiry of its own.
const (
	FactCitizenship   = "citizenship"
	FactResidence     = "residence"
	FactLocation      = "location"
	FactOffice        = "office"
	FactEmployer      = "employer"
	FactScreening     = "screening"     // screening:<scheme>
	FactClearance     = "clearance"     // clearance:<scheme>
	FactTraining      = "training"      // training:<course>
	FactAgreement     = "agreement"     // agreement:<document>
	FactQualification = "qualification" // qualification:<technology>:<class>
)

// FactKinds lists the kinds in the order in which they are shown.
var FactKinds = []string{FactCitizenship, FactResidence, FactLocation, FactOffice, FactEmployer, FactScreening, FactClearance, FactTraining, FactAgreement, FactQualification}

// FactValue is what a fact says. Each kind has one type.
type FactValue interface {
	FactName() string
	Validate() error
	fmt.Stringer // in words, for people
}

// Citizenship is every citizenship that was verified (R3, R6). The set is whole: recording it anew replaces it.
type Citizenship struct {
	Countries []string `json:"countries"` // ISO 3166-1 alpha-2, sorted
}

// Residence is a person's standing in countries of which they are not a citizen (R3, R11).
type Residence struct {
	Statuses []ResidenceStatus `json:"statuses"` // sorted by country, at most one each
}

// ResidenceStatus is the standing in one country.
type ResidenceStatus struct {
	Country string `json:"country"`
	Status  string `json:"status"` // national, permanent-resident, protected, resident or temporary
}

// Location is where a person physically is (R1, R7).
type Location struct {
	Country    string `json:"country"`
	Method     string `json:"method"`     // how it is known: stated, network-list, document, device, on-site or witnessed
	Confidence string `json:"confidence"` // low, medium or high
}

// Office is the country of a person's home office (R7).
type Office struct {
	Country string `json:"country"`
}

// Employer is who employs a person, and who owns that (R8).
type Employer struct {
	Owner
	Kind  string  `json:"kind"`            // staff, contractor, subcontractor or staffing-agency
	Chain []Owner `json:"chain,omitempty"` // who stands above, nearest first
}

// Owner is one link of the chain of employers.
type Owner struct {
	Name    string `json:"name"`
	Country string `json:"country"`
}

// Screening is an investigation passed under a scheme (R14).
type Screening struct {
	Scheme string `json:"scheme"`
	Tier   int    `json:"tier"` // 1 to 9; a higher tier includes the lower ones
}

// Clearance is a clearance held under a scheme (R11).
type Clearance struct {
	Scheme string `json:"scheme"`
	Level  string `json:"level"` // confidential, secret or top-secret
}

// Training is a course passed (R18).
type Training struct {
	Course string `json:"course"`
}

// Agreement is a signed access agreement or set of rules (R18).
type Agreement struct {
	Document string `json:"document"`
}

// Qualification says for which work a person is technically qualified (R12): one technology, one class of action.
type Qualification struct {
	Technology string `json:"technology"`
	Class      string `json:"class"` // observe, change or administer; a later one includes the earlier
	Level      string `json:"level"` // familiar, competent or expert
	Shown      string `json:"shown"` // how: certificate, assessment, experience, ...
}

// Closed sets of words, in ascending order where there is one.
var (
	ResidenceStatuses   = []string{"national", "permanent-resident", "protected", "resident", "temporary"}
	LocationMethods     = []string{"stated", "network-list", "document", "device", "on-site", "witnessed"}
	Confidences         = []string{"low", "medium", "high"}
	EmployerKinds       = []string{"staff", "contractor", "subcontractor", "staffing-agency"}
	ClearanceLevels     = []string{"confidential", "secret", "top-secret"}
	QualificationClass  = []string{"observe", "change", "administer"}
	QualificationLevels = []string{"familiar", "competent", "expert"}
)

var factKey = regexp.MustCompile(`^[a-z0-9][a-z0-9._+-]{0,39}$`)

func (Citizenship) FactName() string { return FactCitizenship }
func (Residence) FactName() string   { return FactResidence }
func (Location) FactName() string    { return FactLocation }
func (Office) FactName() string      { return FactOffice }
func (Employer) FactName() string    { return FactEmployer }
func (v Screening) FactName() string { return FactScreening + ":" + v.Scheme }
func (v Clearance) FactName() string { return FactClearance + ":" + v.Scheme }
func (v Training) FactName() string  { return FactTraining + ":" + v.Course }
func (v Agreement) FactName() string { return FactAgreement + ":" + v.Document }
func (v Qualification) FactName() string {
	return FactQualification + ":" + v.Technology + ":" + v.Class
}

func (v Citizenship) String() string { return "citizen of " + strings.Join(v.Countries, " and ") }
func (v Residence) String() string {
	if len(v.Statuses) == 0 {
		return "no standing in a country of which they are not a citizen"
	}
	var parts []string
	for _, s := range v.Statuses {
		parts = append(parts, s.Status+" in "+s.Country)
	}
	return strings.Join(parts, ", ")
}
func (v Location) String() string {
	return fmt.Sprintf("physically in %s (%s, %s confidence)", v.Country, v.Method, v.Confidence)
}
func (v Office) String() string { return "office in " + v.Country }
func (v Employer) String() string {
	s := fmt.Sprintf("%s of %s (%s)", v.Kind, v.Name, v.Country)
	for _, o := range v.Chain {
		s += fmt.Sprintf(", owned by %s (%s)", o.Name, o.Country)
	}
	return s
}
func (v Screening) String() string {
	return fmt.Sprintf("screened under %s, tier %d", v.Scheme, v.Tier)
}
func (v Clearance) String() string     { return v.Scheme + " clearance " + v.Level }
func (v Training) String() string      { return "trained: " + v.Course }
func (v Agreement) String() string     { return "signed: " + v.Document }
func (v Qualification) String() string { return v.Level + " in " + v.Technology + " (" + v.Class + ")" }

func (v Citizenship) Validate() error {
	if len(v.Countries) == 0 || len(v.Countries) > 16 {
		return Errorf(Invalid, "citizenship names %d countries, want 1 to 16", len(v.Countries)).
			WithHint("not knowing is recorded by recording nothing; a stateless person is XX")
	}
	for i, c := range v.Countries {
		if err := checkCountry(FactCitizenship, c); err != nil {
			return err
		}
		if i > 0 && c <= v.Countries[i-1] {
			return Errorf(Invalid, "citizenship countries are not sorted and unique: %q after %q", c, v.Countries[i-1])
		}
	}
	return nil
}

func (v Residence) Validate() error {
	if len(v.Statuses) > 16 {
		return Errorf(Invalid, "residence names %d countries, want at most 16", len(v.Statuses))
	}
	for i, s := range v.Statuses {
		if err := checkCountry(FactResidence, s.Country); err != nil {
			return err
		}
		if err := checkWord("residence status", s.Status, ResidenceStatuses); err != nil {
			return err
		}
		if i > 0 && s.Country <= v.Statuses[i-1].Country {
			return Errorf(Invalid, "residence countries are not sorted and unique: %q after %q", s.Country, v.Statuses[i-1].Country)
		}
	}
	return nil
}

func (v Location) Validate() error {
	if err := checkCountry(FactLocation, v.Country); err != nil {
		return err
	}
	if err := checkWord("location method", v.Method, LocationMethods); err != nil {
		return err
	}
	return checkWord("location confidence", v.Confidence, Confidences)
}

func (v Office) Validate() error { return checkCountry(FactOffice, v.Country) }

func (v Employer) Validate() error {
	if err := checkWord("employer kind", v.Kind, EmployerKinds); err != nil {
		return err
	}
	if len(v.Chain) > 16 {
		return Errorf(Invalid, "employer chain has %d links, want at most 16", len(v.Chain))
	}
	for _, o := range append([]Owner{v.Owner}, v.Chain...) {
		if o.Name == "" || len(o.Name) > 128 || strings.TrimSpace(o.Name) != o.Name {
			return Errorf(Invalid, "employer name %q is empty, longer than 128 bytes or padded with spaces", o.Name)
		}
		if err := checkCountry(FactEmployer, o.Country); err != nil {
			return err
		}
	}
	return nil
}

func (v Screening) Validate() error {
	if v.Tier < 1 || v.Tier > 9 {
		return Errorf(Invalid, "screening tier %d is not 1 to 9", v.Tier)
	}
	return checkKey("screening scheme", v.Scheme)
}

func (v Clearance) Validate() error {
	if err := checkWord("clearance level", v.Level, ClearanceLevels); err != nil {
		return err
	}
	return checkKey("clearance scheme", v.Scheme)
}

func (v Training) Validate() error  { return checkKey("training course", v.Course) }
func (v Agreement) Validate() error { return checkKey("agreement document", v.Document) }

func (v Qualification) Validate() error {
	if err := checkKey("technology", v.Technology); err != nil {
		return err
	}
	if err := checkWord("action class", v.Class, QualificationClass); err != nil {
		return err
	}
	if err := checkWord("qualification level", v.Level, QualificationLevels); err != nil {
		return err
	}
	if v.Shown == "" || len(v.Shown) > 256 {
		return Errorf(Invalid, "qualification in %q does not say how it was shown, or in more than 256 bytes", v.Technology)
	}
	return nil
}

// DecodeFactValue reads the JSON value of the fact called name. Unknown keys and values that name another fact are refused.
func DecodeFactValue(name string, raw json.RawMessage) (FactValue, error) {
	switch FactKind(name) {
	case FactCitizenship:
		return decodeValue[Citizenship](name, raw)
	case FactResidence:
		return decodeValue[Residence](name, raw)
	case FactLocation:
		return decodeValue[Location](name, raw)
	case FactOffice:
		return decodeValue[Office](name, raw)
	case FactEmployer:
		return decodeValue[Employer](name, raw)
	case FactScreening:
		return decodeValue[Screening](name, raw)
	case FactClearance:
		return decodeValue[Clearance](name, raw)
	case FactTraining:
		return decodeValue[Training](name, raw)
	case FactAgreement:
		return decodeValue[Agreement](name, raw)
	case FactQualification:
		return decodeValue[Qualification](name, raw)
	}
	return nil, Errorf(Invalid, "fact %q is of no known kind", name).WithHint("kinds are %s", strings.Join(FactKinds, ", "))
}

func decodeValue[V FactValue](name string, raw json.RawMessage) (FactValue, error) {
	var v V
	if err := DecodeJSON(raw, &v); err != nil {
		return nil, fmt.Errorf("value of fact %q: %w", name, err)
	}
	if err := v.Validate(); err != nil {
		return nil, err
	}
	if got := v.FactName(); got != name {
		return nil, Errorf(Invalid, "fact is named %q, its value says %q", name, got)
	}
	return v, nil
}

func checkCountry(what, code string) error {
	if !ValidCountry(code) {
		return Errorf(Invalid, "%s country %q is not an ISO 3166-1 alpha-2 code", what, code)
	}
	return nil
}

func checkWord(what, word string, words []string) error {
	if !slices.Contains(words, word) {
		return Errorf(Invalid, "%s %q is not one of %s", what, word, strings.Join(words, ", "))
	}
	return nil
}

func checkKey(what, s string) error {
	if !factKey.MatchString(s) {
		return Errorf(Invalid, "%s %q is not 1 to 40 lower-case letters, digits, dots, dashes and plus signs", what, s)
	}
	return nil
}
