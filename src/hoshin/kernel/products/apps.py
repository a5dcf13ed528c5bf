"""The products' place in Django's app registry."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "hoshin.kernel.products"
    label = "products"
    verbose_name = "Products"
