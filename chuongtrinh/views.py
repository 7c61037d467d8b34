"""Sign-in and the signed document."""

from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    template_name = "chuongtrinh/sign_in.html"
