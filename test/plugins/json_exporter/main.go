// The exporter that plugins/json_exporter replaces, as its authors tag it.
package main

import "github.com/prometheus-community/json_exporter/cmd"

func main() {
	cmd.Run()
}
