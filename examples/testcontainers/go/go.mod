module example

go 1.24

require tagway/go/tagwaycontainer v0.0.0

// In a project of your own: ./node_modules/tagway/clients/go/tagwaycontainer
replace tagway/go/tagwaycontainer => ../../../clients/go/tagwaycontainer
