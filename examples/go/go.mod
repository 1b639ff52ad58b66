module example

go 1.19

require tagway/go v0.0.0

// In a project of your own: ./node_modules/tagway/clients/go
replace tagway/go => ../../clients/go
