# Priorities by severity and environment. The reference gateway knows this table and evaluates no Rego: a change
# here needs the same change there (engine/embedded/gateway/priority-policy.ts).
package kubernaut.gateway.priority

import rego.v1

default priority := "P2"

priority := "P0" if {
	input.severity == "critical"
	input.environment == "production"
}

priority := "P1" if {
	input.severity == "critical"
	input.environment == "staging"
}

priority := "P1" if {
	input.severity == "warning"
	input.environment == "production"
}

priority := "P2" if {
	input.severity in {"critical", "warning"}
	input.environment == "development"
}

priority := "P2" if {
	input.severity == "warning"
	input.environment == "staging"
}

priority := "P3" if {
	input.severity == "info"
}
