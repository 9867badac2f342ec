"""What somebody types about the own account."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm


class OwnPasswordForm(ChangePasswordForm):
    """The old password is tried as slowly as at the login."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password
