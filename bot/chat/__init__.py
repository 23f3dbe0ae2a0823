"""What every chat face does alike: whom it knows, what a message means, what runs beside."""
