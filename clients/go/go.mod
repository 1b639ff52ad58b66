module tagway/go

go 1.19
