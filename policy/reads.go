package policy

import (
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go/x/exp/ast"

	"sallyport"
)

// readsOf lists the attribute paths that a policy reads, longest only: "principal.location.state",
// "context.lists.ear-group-d.members". It refuses what would hide a read: attributes of anything but a variable's own
// path, record literals, tags, and variables handed on whole other than to be compared.
func readsOf(p *ast.Policy) ([]string, error) {
	var paths []string
	var failed error
	var walk func(n ast.IsNode)
	walk = func(n ast.IsNode) {
		ast.Inspect(ast.NewNode(n), func(n ast.IsNode) bool {
			switch v := n.(type) {
			case nil:
				return false
			case ast.NodeTypeAccess:
				path, ok := pathOf(v)
				if !ok {
					failed = sallyport.Errorf(sallyport.Invalid, "attribute %q is read from an expression", v.Value).
						WithHint("read attributes from principal, resource and context directly")
					return false
				}
				paths = append(paths, path)
				return false
			case ast.NodeTypeHas:
				failed = sallyport.Errorf(sallyport.Invalid, "has %q: no attribute is optional", v.Value).WithHint("ask for its state instead")
				return false
			case ast.NodeTypeRecord:
				failed = sallyport.Errorf(sallyport.Invalid, "record literals are not allowed")
				return false
			case ast.NodeTypeGetTag, ast.NodeTypeHasTag:
				failed = sallyport.Errorf(sallyport.Invalid, "there are no tags")
				return false
			}
			return true
		})
	}
	for _, c := range p.Conditions {
		walk(c.Body)
	}
	if failed != nil {
		return nil, failed
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

func pathOf(n ast.IsNode) (string, bool) {
	switch v := n.(type) {
	case ast.NodeTypeVariable:
		return string(v.Name), true
	case ast.NodeTypeAccess:
		base, ok := pathOf(v.Arg)
		return base + "." + string(v.Value), ok
	}
	return "", false
}

// seatOf splits a path into whose fact it reads and which: "context.escort.location.country" is ("escort", "location",
// "country"). ok is false for a path that reads no person.
func seatOf(path string) (seat, attribute, field string, ok bool) {
	parts := strings.Split(path, ".")
	switch {
	case parts[0] == "principal":
		seat, parts = "principal", parts[1:]
	case parts[0] == "context" && len(parts) > 1 && slices.Contains(seats, parts[1]):
		seat, parts = parts[1], parts[2:]
	default:
		return "", "", "", false
	}
	if len(parts) > 0 {
		attribute = parts[0]
	}
	if len(parts) > 1 {
		field = parts[1]
	}
	return seat, attribute, field, true
}

// seats are the parties of a context.
var seats = []string{"engineer", "escort", "second", "owner", "approver", "subject"}

// aboutOrigin tells whether a path reads where someone comes from or is.
func aboutOrigin(path string) bool {
	if strings.HasPrefix(path, "context.lists") || strings.HasPrefix(path, "context.disclosure.countries") || strings.HasPrefix(path, "context.approval.countries") {
		return true
	}
	_, attribute, field, ok := seatOf(path)
	if !ok {
		return false
	}
	switch attribute {
	case sallyport.FactCitizenship, sallyport.FactResidence, sallyport.FactLocation, sallyport.FactOffice:
		return true
	case sallyport.FactEmployer:
		return field == "countries" || field == ""
	}
	return false
}

// statesNotRead gives the first thing of which a value is read and no state, or "".
func statesNotRead(paths []string) string {
	for _, path := range paths {
		base := ""
		parts := strings.Split(path, ".")
		if seat, attribute, field, ok := seatOf(path); ok {
			switch attribute {
			case sallyport.FactCitizenship, sallyport.FactResidence, sallyport.FactLocation, sallyport.FactOffice, sallyport.FactEmployer:
				if field != "state" {
					base = attribute
					if seat == "principal" {
						base = "principal." + base
					} else {
						base = "context." + seat + "." + base
					}
				}
			}
		} else if len(parts) >= 3 && parts[1] == "lists" && (len(parts) < 4 || parts[3] != "state") {
			base = strings.Join(parts[:3], ".")
		} else if len(parts) == 3 && (parts[1] == "disclosure" || parts[1] == "approval") && parts[2] != "state" {
			base = strings.Join(parts[:2], ".")
		} else if path == "context.lists" {
			return path
		}
		if base != "" && !slices.Contains(paths, base+".state") {
			return base
		}
	}
	return ""
}
