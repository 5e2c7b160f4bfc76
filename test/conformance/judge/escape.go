package main

import (
	"encoding/json"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
)

// escape gives names as a family of that name has them in an exposition.
func escape(body []byte, scheme string) ([]string, error) {
	var names []string
	if err := json.Unmarshal(body, &names); err != nil {
		return nil, err
	}
	how, err := model.ToEscapingScheme(scheme)
	if err != nil {
		return nil, err
	}
	escaped := make([]string, 0, len(names))
	for _, name := range names {
		family := &dto.MetricFamily{Name: &name}
		escaped = append(escaped, model.EscapeMetricFamily(family, how).GetName())
	}
	return escaped, nil
}
