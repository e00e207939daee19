# The policy of the Go end-to-end suite, as this suite observes it. Its package is not the one that the gateway asks
# (kubernaut.gateway.priority), so every priority is the default, P2.
package priority

default priority := "P2"

priority := "P0" if {
	input.severity == "critical"
	input.environment == "production"
}
